"""What `bundle` makes of files that import each other; what the panels send: tests/panels/parts/test_front_end.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from qtkit.web.bundle import bundle, page_script


@pytest.fixture
def write(tmp_path):
    """Write files, given by name and text, into a folder; returns the path of the first."""

    def write(**texts: str) -> Path:
        for name, text in texts.items():
            (tmp_path / f"{name}.js").write_text(text, encoding="utf-8")
        return tmp_path / f"{next(iter(texts))}.js"

    return write


def test_a_file_without_imports_stays_as_it_is(write):
    text = "// alone\nexport const a = 1;\nexport default { a };\n"
    assert bundle(write(entry=text)) == text


def test_dependencies_come_first_and_each_once(write):
    entry = write(
        entry='import { b } from "./b.js";\nimport { c } from "./c.js";\n\nexport default { b, c };\n',
        b='import { d } from "./d.js";\n\nexport const b = d;\n',
        c='import {\n  d,\n} from "./d.js";\n\nexport class c extends d {}\n',
        d="export function d() {}\n",
    )
    expected = ["function d() {}\n", "const b = d;\n", "class c extends d {}\n", "export default { b, c };\n"]
    assert bundle(entry) == "\n".join(expected)


def test_only_exports_are_cut_out(write):
    inner = '  // export const x, import { y } from "z"\n'
    entry = write(
        entry='import { f } from "./f.js";\nexport const g = f;\n',
        f=f"export async function f() {{\n{inner}}}\nconst exported = 1;\n",
    )
    assert bundle(entry) == f"async function f() {{\n{inner}}}\nconst exported = 1;\n\nexport const g = f;\n"


def test_folders_are_followed(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "panel").mkdir()
    (tmp_path / "parts" / "page.css").write_text(".a { color: red; }\n")
    (tmp_path / "panel" / "panel.css").write_text('@import "../parts/page.css";\n\n.b { color: blue; }\n')
    assert bundle(tmp_path / "panel" / "panel.css") == ".a { color: red; }\n\n.b { color: blue; }\n"


def test_a_circle_is_refused(write):
    files = {
        name: f'import {{ {of} }} from "./{of}.js";\nexport const {name} = 1;\n' for name, of in ("ab", "bc", "cb")
    }
    with pytest.raises(ValueError, match=r"circle: \S*/b.js → \S*/c.js → \S*/b.js"):
        bundle(write(**files))


@pytest.mark.parametrize("second", ["function same() {}", "class same {}", "let same = 2;", "export const same = 2;"])
def test_a_name_of_two_modules_is_refused(write, second):
    entry = write(entry='import { a } from "./a.js";\n' + second, a="const same = 1;\nexport const a = same;\n")
    with pytest.raises(ValueError, match=r"/a.js and \S*/entry.js both declare 'same'"):
        bundle(entry)


def test_names_inside_functions_may_be_alike(write):
    inner = "  const same = 1;\n  function also() {}\n"
    entry = write(
        entry=f'import {{ a }} from "./a.js";\nfunction b() {{\n{inner}}}\n', a=f"export function a() {{\n{inner}}}\n"
    )
    assert bundle(entry).count("const same") == 2


def test_a_missing_file_is_named_with_who_wants_it(write):
    with pytest.raises(FileNotFoundError, match=r"/entry.js imports \S*/gone.js, which is not there"):
        bundle(write(entry='import { a } from "./gone.js";\n'))
    with pytest.raises(FileNotFoundError, match="nowhere.js"):
        bundle(Path("nowhere.js"))


@pytest.mark.parametrize("other", ["const b = 1;\n", "// export const a = 1;\n", "function a() {}\n"])
def test_a_name_that_is_not_exported_is_refused(write, other):
    with pytest.raises(ValueError, match=r"/entry.js imports 'a', which \S*/other.js does not export"):
        bundle(write(entry='import { a } from "./other.js";\n', other=other))


@pytest.mark.parametrize("path", ["https://example.org/x.js", "lodash", "/x.js", "x.js", ""])
def test_only_relative_files_are_followed(write, path):
    with pytest.raises(ValueError, match=r"/entry.js imports .*: only relative files"):
        bundle(write(entry=f'import {{ a }} from "{path}";\n'))


@pytest.mark.parametrize(
    "line",
    [
        'import a from "./a.js";',
        'import * as a from "./a.js";',
        'import "./a.js";',
        "import { a } from './a.js';",
        'import { a } from "./a.js"; f();',
        'import("./a.js");',
    ],
)
def test_imports_of_another_form_are_refused(write, line):
    with pytest.raises(ValueError, match=r"/entry.js: the bundle cannot follow .import"):
        bundle(write(entry=line + "\n", a="export const a = 1;\n"))


def test_a_renamed_import_is_refused(write):
    with pytest.raises(ValueError, match="imports 'a as b'"):
        bundle(write(entry='import { a as b } from "./a.js";\n', a="export const a = 1;\n"))


@pytest.mark.parametrize("line", ["export default a;", "export { a };", 'export * from "./b.js";'])
def test_exports_of_another_form_are_the_entrys_alone(write, line):
    entry = write(entry='import { b } from "./b.js";\n' + line + "\n", b="export const b = 1;\nconst a = 1;\n")
    assert bundle(entry).endswith(line + "\n")
    with pytest.raises(ValueError, match=r"/b.js: only the entry of a bundle can say 'export"):
        bundle(write(entry='import { b } from "./b.js";\n', b="export const b = 1;\n" + line + "\n"))


def test_values_taken_apart_are_refused(write):
    with pytest.raises(ValueError, match=r"/entry.js takes a value apart"):
        bundle(write(entry="const { a, b } = c;\n"))


def test_a_script_of_a_page_gives_the_page_no_names(write):
    entry = write(entry='import { a } from "./a.js";\n\na();\n', a="export function a() {}\n")
    assert page_script(entry) == "(() => {\nfunction a() {}\n\na();\n})();\n"


@pytest.mark.parametrize("line", ["export const b = 1;\n", "export default 1;\n"])
def test_a_script_of_a_page_exports_nothing(write, line):
    with pytest.raises(ValueError, match=r"/entry.js: a page's script cannot say 'export"):
        page_script(write(entry=line))
