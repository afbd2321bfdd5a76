from typing import Any, Callable, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

class _Interface:
    def def_extern(self) -> Callable[[Function], Function]: ...
    def __getattr__(self, name: str) -> Any: ...

ffi: _Interface
lib: Any
