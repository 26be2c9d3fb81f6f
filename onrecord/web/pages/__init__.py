"""Pages, one file each: a module here has `router`."""

from fastapi import APIRouter

from archive.registry import Registry

PAGES: Registry[APIRouter] = Registry("onrecord.web.pages", "router", "page")
