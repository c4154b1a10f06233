"""
The code of a file with some of its functions traced: their bodies are put in a `with`, and what they return and yield passes
through us. The functions stay what they are to decorators, `inspect`, pickle and tracebacks; docs/adr/0010 has the reasons.

What is added has no line of its own, so that neither a debugger nor coverage sees it.
"""

import ast
import os
import sys

# Found as builtins: nothing is added to the module.
CALL = "__spanline_call__"
RETURN = "__spanline_return__"
YIELD = "__spanline_yield__"
RESUME = "__spanline_resume__"
PAUSE = "__spanline_pause__"
MAIN = "__spanline_main__"
# The line of what is added, until lines are set. No file has as many.
_MARK = 100_000_000
_CAN_UNSET_LINES = sys.version_info >= (3, 11)
# Compile the body of a function themselves, and know nothing of a `with` of ours.
_COMPILERS = {"njit", "vectorize", "guvectorize", "stencil", "cfunc", "cuda"}


def compiled(source, path, names, main=False):
    """
    Code of a module in which the functions of these qualified names (with or without `<locals>`) are traced; None when it has
    none of them. Each says with every call what it is: `(name, file, line, parameters)`. `main`: the module tells us when it
    starts.
    """
    tree = ast.parse(source, path)
    tracing = _Tracing({name.replace(".<locals>", "") for name in names}, os.path.abspath(path))
    tracing.visit(tree)
    if not tracing.found:
        return None
    if main:
        _add_start(tree)
    code = compile(tree, path, "exec", dont_inherit=True)
    return _set_lines(code) if _CAN_UNSET_LINES else code


def _at(node, line, column=0):
    """Places what has no place yet."""
    for one in ast.walk(node):
        if isinstance(one, (ast.expr, ast.stmt)) and not hasattr(one, "lineno"):
            one.lineno = one.end_lineno = line
            one.col_offset = one.end_col_offset = column
    return node


def _call(name, *args):
    return ast.Call(func=ast.Name(id=name, ctx=ast.Load()), args=list(args), keywords=[])


def _add_start(tree):
    at = 0
    if ast.get_docstring(tree, clean=False) is not None:
        at = 1
    while at < len(tree.body) and isinstance(tree.body[at], ast.ImportFrom) and tree.body[at].module == "__future__":
        at += 1
    line = _MARK if _CAN_UNSET_LINES else tree.body[at].lineno if at < len(tree.body) else 1
    tree.body.insert(at, _at(ast.Expr(value=_call(MAIN)), line))


def _last_name(decorator):
    if isinstance(decorator, ast.Call):
        decorator = decorator.func
    return decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", "")


def _words(decorator):
    return {getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(decorator)}


class _Tracing(ast.NodeVisitor):
    def __init__(self, names, file):
        self._names = names
        self._file = file
        self._path = []
        self.found = 0

    def visit_ClassDef(self, node):
        self._inside(node)

    def visit_FunctionDef(self, node):
        self._inside(node)
        self._path.append(node.name)
        if ".".join(self._path) in self._names and not _is_foreign(node):
            self._trace(node)
            self.found += 1
        self._path.pop()

    visit_AsyncFunctionDef = visit_FunctionDef

    def _inside(self, node):
        self._path.append(node.name)
        for one in node.body:
            self.visit(one)
        self._path.pop()

    def _trace(self, node):
        parameters = node.args
        ordered = parameters.posonlyargs + parameters.args + [parameters.vararg]
        given = [one.arg for one in ordered + parameters.kwonlyargs + [parameters.kwarg] if one is not None]
        site = (".".join(self._path), self._file, node.lineno, tuple(given))
        has_text = ast.get_docstring(node, clean=False) is not None
        body = node.body[1:] if has_text else node.body
        line = _MARK if _CAN_UNSET_LINES else body[0].lineno if body else node.body[-1].lineno
        values = ast.Tuple(elts=[ast.Name(id=name, ctx=ast.Load()) for name in given], ctx=ast.Load())
        entered = ast.withitem(context_expr=_call(CALL, ast.Constant(value=site), values))
        passing = _Passing(not any(_last_name(one).endswith("contextmanager") for one in node.decorator_list))
        body = [passing.visit(one) for one in body]
        if not body:
            body = [_at(ast.Pass(), node.lineno)]
        node.body = node.body[:1] * has_text + [_at(ast.With(items=[entered], body=body), line)]


def _is_foreign(node):
    for decorator in node.decorator_list:
        words = _words(decorator)
        if "overload" in words or words & _COMPILERS or ("jit" in words and "jax" not in words):
            return True
    return False


class _Passing(ast.NodeTransformer):
    """Has what a function returns and yields pass through us. `pauses`: while it waits, others do not run within it."""

    def __init__(self, pauses):
        self._pauses = pauses

    def _skip(self, node):
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _skip

    def visit_Return(self, node):
        self.generic_visit(node)
        if node.value is not None:
            node.value = _like(node.value, _call(RETURN, node.value))
        return node

    def visit_Yield(self, node):
        self.generic_visit(node)
        if not self._pauses:
            return node
        given = node.value if node.value is not None else _like(node, ast.Constant(value=None))
        node.value = _like(given, _call(YIELD, given))
        return _like(node, _call(RESUME, node))

    def visit_YieldFrom(self, node):
        self.generic_visit(node)
        if not self._pauses:
            return node
        node.value = _like(node.value, _call(PAUSE, node.value))
        return _like(node, _call(RESUME, node))


def _like(node, added):
    """Places what is added where a node is; its line is taken out later, where that can be."""
    for one in (added, added.func) if isinstance(added, ast.Call) else (added,):
        ast.copy_location(one, node)
        if _CAN_UNSET_LINES:
            one.lineno = one.end_lineno = _MARK
            one.col_offset = one.end_col_offset = 0
    return added


# Lines, as Python 3.11 and newer keep them: Objects/locations.md of CPython.


def _set_lines(code):
    """
    Takes our lines out: what begins has the line of what comes next, what ends that of what it comes from, when that is one
    line, and what handles errors has none.
    """
    consts = tuple(_set_lines(one) if isinstance(one, type(code)) else one for one in code.co_consts)
    positions = list(code.co_positions())
    if not any(line == _MARK for line, *_ in positions):
        return code.replace(co_consts=consts)
    import dis

    raw = code.co_code
    handler = dis.opmap.get("PUSH_EXC_INFO")
    steps = list(dis.get_instructions(code))
    begins = _begins(steps)
    at = 0
    entering = code.co_name != "<module>"
    while at < len(positions):
        if positions[at][0] != _MARK:
            at += 1
            continue
        end = at
        while end < len(positions) and positions[end][0] == _MARK and (end == at or 2 * end not in begins):
            end += 1
        line = None
        if entering:
            line = next((one[0] for one in positions[end:] if one[0] not in (None, _MARK)), None)
        elif raw[2 * at] != handler:
            line = _line_before(steps, positions, 2 * at)
        entering = False
        positions[at:end] = [(line, line, None, None) if line is not None else (None,) * 4] * (end - at)
        at = end
    positions = [(None,) * 4 if one[0] == _MARK else one for one in positions]
    return code.replace(co_consts=consts, co_linetable=_table(positions, code.co_firstlineno))


_ENDS = {"RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE"}


def _begins(steps):
    """Where something else begins: what is jumped to, what follows an end, and what handles errors."""
    import dis

    jumps = {*dis.hasjrel, *dis.hasjabs}
    found = set()
    after_end = False
    for step in steps:
        if after_end or step.opname == "PUSH_EXC_INFO":
            found.add(step.offset)
        if step.opcode in jumps:
            found.add(step.argval)
        after_end = step.opname in _ENDS or step.opname.startswith("JUMP_")
    return found


def _line_before(steps, positions, offset):
    """The line of all that comes to an instruction; None when there are several."""
    import dis

    jumps = {*dis.hasjrel, *dis.hasjabs}
    lines = set()
    before = None
    for step in steps:
        if step.offset == offset and before is not None:
            if before.opname not in _ENDS and not before.opname.startswith("JUMP_"):
                lines.add(positions[before.offset // 2][0])
        if step.argval == offset and step.opcode in jumps:
            lines.add(positions[step.offset // 2][0])
        before = step
    line = lines.pop() if len(lines) == 1 else None
    return None if line == _MARK else line


def _table(positions, line):
    table = bytearray()
    at = 0
    while at < len(positions):
        one = positions[at]
        length = 1
        while length < 8 and at + length < len(positions) and positions[at + length] == one:
            length += 1
        at += length
        begin, end, column, end_column = one
        if begin is None:
            table.append(0x80 | 15 << 3 | length - 1)
            continue
        whole = end is not None and end >= begin and column is not None and end_column is not None
        table.append(0x80 | (14 if whole else 13) << 3 | length - 1)
        step = begin - line
        _number(table, -step << 1 | 1 if step < 0 else step << 1)
        line = begin
        if whole:
            _number(table, end - begin)
            _number(table, column + 1)
            _number(table, end_column + 1)
    return bytes(table)


def _number(table, value):
    while value >= 64:
        table.append(0x40 | value & 63)
        value >>= 6
    table.append(value)
