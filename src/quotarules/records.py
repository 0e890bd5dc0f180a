"""`dataclass` for frozen records: the standard library's meaning, with each method written when it is first called.

A run of `check` loads some six hundred such classes and builds a third of them; writing all their methods ahead would
be most of the time that it takes to start.
"""

import dataclasses
from collections.abc import Callable
from functools import cache
from inspect import get_annotations
from operator import attrgetter
from threading import RLock
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast, get_origin

__all__ = ["dataclass", "defaults_of", "is_record", "values_of"]

Class = TypeVar("Class", bound=type)
Values = Callable[[Any], tuple[object, ...]]

_FIELDS, _PARAMS, _VALUES = "__dataclass_fields__", "__dataclass_params__", "__record_values__"
_DEFAULTS, _HASH = "__record_defaults__", "__record_hash__"
_OF_THE_CLASS_AS_WRITTEN = frozenset({"__dict__", "__weakref__", "__slots__"})

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(**options: bool) -> Callable[[Class], Class]:
        """As `dataclasses.dataclass`; what is not plainly frozen with slots is left to it."""
        plain = options == {"frozen": True, "slots": True}
        return _record if plain else dataclasses.dataclass(**options)


def values_of(item: object) -> tuple[object, ...]:
    """The values of a dataclass's fields in order; of anything else nothing. Trees are walked by it."""
    kind = type(item)
    getter = _GETTERS.get(kind)
    if getter is None:
        getter = _GETTERS[kind] = _getter(kind)
    return getter(item)


_GETTERS: dict[type, Values] = {}


def is_record(kind: type) -> bool:
    """Whether a class is a dataclass; `dataclasses` itself, if asked, finds out first what only it wants to know."""
    return _VALUES in kind.__dict__ or dataclasses.is_dataclass(kind)


@cache
def defaults_of(kind: type) -> tuple[tuple[str, object], ...]:
    """The names of a dataclass's fields in order, each with its default or `dataclasses.MISSING`."""
    if _VALUES in kind.__dict__:
        defaults = kind.__dict__[_DEFAULTS]
        return tuple((name, defaults.get(name, dataclasses.MISSING)) for name in kind.__dict__["__match_args__"])
    if dataclasses.is_dataclass(kind):
        return tuple((field.name, field.default) for field in dataclasses.fields(kind))
    return ()


def _getter(kind: type) -> Values:
    names = tuple(name for name, _ in defaults_of(kind))
    match len(names):
        case 0:
            return lambda _: ()
        case 1:
            return lambda item: (getattr(item, names[0]),)
        case _:
            return attrgetter(*names)


# --- the class ---------------------------------------------------------------------------------


def _record(written: Class) -> Class:
    """The class as written, with slots for its fields and with the methods of a record."""
    if any(isinstance(value, dataclasses.Field) for value in written.__dict__.values()):
        return cast("Class", dataclasses.dataclass(frozen=True, slots=True)(written))
    own = [name for name, kind in get_annotations(written).items() if not _is_of_class(kind)]
    above = written.__mro__[1:]
    assert all(_FIELDS not in base.__dict__ or _VALUES in base.__dict__ for base in above), (
        "a record is based on others"
    )
    names = [name for base in reversed(above) for name in base.__dict__.get("__match_args__", ())]
    defaults = {name: value for base in reversed(above) for name, value in base.__dict__.get(_DEFAULTS, {}).items()}
    defaults.update((name, written.__dict__[name]) for name in own if name in written.__dict__)
    body = {**_METHODS, **written.__dict__, _DEFAULTS: defaults}
    for name in (*_OF_THE_CLASS_AS_WRITTEN, *own):
        body.pop(name, None)
    body["__match_args__"] = tuple(dict.fromkeys((*names, *own)))
    body["__slots__"] = tuple(name for name in (*own, _HASH) if not any(name in base.__dict__ for base in above))
    based = any(_VALUES in base.__dict__ for base in above)
    body[_FIELDS], body[_PARAMS] = _Later(written, _FIELDS, frozen=based), _Later(written, _PARAMS, frozen=True)
    body[_VALUES] = _Values()
    made: Any = type(written)(written.__name__, written.__bases__, body)
    made.__qualname__ = written.__qualname__
    made.__init__ = _first_init(made, tuple(defaults[name] for name in made.__match_args__ if name in defaults))
    return cast("Class", made)


def _is_of_class(kind: object) -> bool:
    return kind is ClassVar or get_origin(kind) is ClassVar or (isinstance(kind, str) and kind.startswith("ClassVar"))


_ONE_AT_A_TIME = RLock()
"""Tables are read in several threads, and a class is made a frozen dataclass only once."""


class _Later:
    """What `dataclasses` knows of a class, found out when somebody asks for it."""

    def __init__(self, written: type, name: str, *, frozen: bool) -> None:
        self.written, self.name, self.frozen = written, name, frozen

    def __get__(self, instance: object, owner: type) -> object:
        with _ONE_AT_A_TIME:
            known = self.written.__dict__.get(_PARAMS)
            if known is None or known.frozen < self.frozen:
                # With no method for records: theirs stand in the class already. What is frozen gets some all the same,
                # so it is left out where only the fields are asked for and no base is frozen.
                make = dataclasses.dataclass(init=False, repr=False, eq=False, match_args=False, frozen=self.frozen)
                make(self.written)
        found: object = self.written.__dict__[self.name]
        if owner.__dict__.get(self.name) is self:
            setattr(owner, self.name, found)
        return found


class _Values:
    """`values_of` for records of one class, made when the first is compared or hashed."""

    def __get__(self, instance: object, owner: type) -> Values:
        found = _getter(owner)
        setattr(owner, _VALUES, staticmethod(found))
        return found


# --- its methods -------------------------------------------------------------------------------


def _first_init(made: type, defaults: tuple[object, ...]) -> Callable[..., None]:
    def write_and_call(self: object, *values: object, **named: object) -> None:
        init = _init(made.__dict__["__match_args__"], defaults)
        type.__setattr__(made, "__init__", init)
        init(self, *values, **named)

    return write_and_call


def _init(names: tuple[str, ...], defaults: tuple[object, ...]) -> Callable[..., None]:
    """The `__init__` with these parameters: one that was written for as many, under their names."""
    code = _init_of(len(names))
    own = {f"field_{index}": name for index, name in enumerate(names)}
    variables = tuple(own.get(name, name) for name in code.co_varnames)
    constants = tuple(own.get(value, value) if isinstance(value, str) else value for value in code.co_consts)
    renamed = code.replace(co_varnames=variables, co_consts=constants)
    return FunctionType(renamed, {"set_field": object.__setattr__}, "__init__", defaults)


@cache
def _init_of(count: int) -> CodeType:
    names = [f"field_{index}" for index in range(count)]
    lines = [f" set_field(self, {name!r}, {name})" for name in names] or [" pass"]
    module = compile("\n".join((f"def __init__({', '.join(('self', *names))}):", *lines)), "records", "exec")
    return next(part for part in module.co_consts if isinstance(part, CodeType))


def _equal(self: object, other: object) -> object:
    if other.__class__ is not self.__class__:
        return NotImplemented
    values: Values = getattr(type(self), _VALUES)
    return values(self) == values(other)


def _hashed(self: object) -> int:
    # Kept, since engines look expressions up by themselves, and each would be hashed again with every tree it is in.
    found: int | None = getattr(self, _HASH, None)
    if found is None:
        values: Values = getattr(type(self), _VALUES)
        found = hash(values(self))
        object.__setattr__(self, _HASH, found)
    return found


def _shown(self: object) -> str:
    named = zip(type(self).__dict__["__match_args__"], values_of(self), strict=True)
    return f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in named)})"


def _refuse_to_set(_: object, name: str, __: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _reduced(self: object) -> tuple[type, tuple[object, ...]]:
    return type(self), values_of(self)


_METHODS: dict[str, Any] = {
    "__eq__": _equal,
    "__hash__": _hashed,
    "__repr__": _shown,
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
    "__reduce__": _reduced,
}
