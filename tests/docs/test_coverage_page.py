"""The page of what is read says no more than was read."""

from benchmarks.coverage import LEAST_FILES, LEAST_PROJECTS, NAME, Cell, read_cells
from scripts.write_coverage import PAGE, coverage_page
from scripts.write_status import ROOT, Result, Row, read_results

FILES = ("one/a@0123456789abcdef:x.sql", "one/a@0123456789abcdef:y.sql", "two/b@0123456789abcdef:z.sql")
CELL = Cell(family="sql", format="goose", reads="benchmarks.coverage_readers:sql_file", test="t.py", files=FILES)


def _result(figure: float) -> Result:
    row = Row(item=CELL.item, figure=figure, unit="files", goal=LEAST_FILES, more_is_better=True)
    return Result(name=NAME, measured_on="2026-01-02", command="run", machine="2 cores", rows=(row,))


def test_the_page_is_the_one_its_sources_make() -> None:
    assert PAGE.read_text("utf-8") == coverage_page(read_cells(), read_results())


def test_a_format_that_was_not_read_is_unsupported() -> None:
    assert "| goose | unsupported |" in coverage_page([CELL], {})
    assert "| goose | unsupported |" in coverage_page([CELL], {NAME: _result(2)})


def test_a_format_whose_files_were_read_is_claimed_with_them() -> None:
    written = coverage_page([CELL], {NAME: _result(3)})

    assert "| goose | read | one/a at 0123456789ab: `x.sql`<br>" in written


def test_every_cell_names_files_enough_and_a_test_that_is_there() -> None:
    for cell in read_cells():
        assert len(cell.files) >= LEAST_FILES, cell.item
        assert len(cell.projects) >= LEAST_PROJECTS, cell.item
        assert (ROOT / cell.test.partition("::")[0]).exists(), cell.item
        assert all(len(file.partition("@")[2].partition(":")[0]) in (40, 64) for file in cell.files), cell.item
