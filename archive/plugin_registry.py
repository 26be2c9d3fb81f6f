"""Find plug-ins by file name: sources, citation styles, exports, engines and commands.

Each is a module (or a TOML file) in the package of its kind. To add one, add its file: there is no
other list. The file name is what a user types: `wikipedia.py` is `wikipedia`, `csl_json.py` is
`csl-json`, `import_.py` is `import`.
"""

import pkgutil
from dataclasses import dataclass
from importlib import import_module
from keyword import iskeyword
from typing import Generic, TypeVar, cast

from archive.errors import UnknownNameError

Part = TypeVar("Part")


@dataclass(frozen=True)
class Registry(Generic[Part]):
    """The modules of `package`, each defining `attribute`; errors name them by `kind`."""

    package: str
    attribute: str
    kind: str

    def names(self) -> list[str]:
        """List every name as a user types it, without importing the modules."""
        path = import_module(self.package).__path__
        return sorted(
            module.name.rstrip("_").replace("_", "-")
            for module in pkgutil.iter_modules(path)
            if module.name[0] != "_"
        )

    def load(self, name: str) -> Part:
        """Import and return the part called `name`; UnknownNameError if there is none."""
        if name not in self.names():
            raise UnknownNameError(self.kind, name, self.names())
        stem = name.replace("-", "_") + "_" * iskeyword(name)
        module = import_module(f"{self.package}.{stem}")
        return cast(Part, getattr(module, self.attribute))
