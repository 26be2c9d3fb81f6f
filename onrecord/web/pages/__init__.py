"""The pages and the API: each module here has a `router`, found by its file name."""

from fastapi import APIRouter

from archive.plugin_registry import Registry

PAGES: Registry[APIRouter] = Registry("onrecord.web.pages", "router", "page")
