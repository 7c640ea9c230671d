"""Rows, marked loops and the comparison with the golden table: what fails, and in which words."""

import unittest

import a64
import extract
import rows
import table
import tools


def line(kernel="k", core="a53", cycles="10.00", rate="8.00", call="100", **more):
    return dict({"kernel": kernel, "core": core, "cycles": cycles, "rate": rate, "unit": "B/cycle",
                 "share": "1.0000", "binds": "ldst", "measured": "0.960", "call": call}, **more)


def golden(*lines):
    return {(each["kernel"], each["core"]): each for each in lines}


class Golden(unittest.TestCase):
    def test_the_same_is_no_failure(self):
        self.assertEqual(table.against_golden([line()], golden(line())), ([], []))

    def test_a_slower_kernel_fails_and_both_figures_are_named(self):
        wrong, _ = table.against_golden([line(cycles="11.00", rate="7.27")], golden(line()))
        self.assertEqual(len(wrong), 1)
        for figure in ("k on a53", "11.00", "10.00", "7.27", "8.00"):
            self.assertIn(figure, wrong[0])

    def test_more_instructions_a_call_fail(self):
        wrong, _ = table.against_golden([line(call="110")], golden(line()))
        self.assertIn("110 instructions a call", wrong[0])

    def test_another_unroll_of_the_same_speed_is_no_failure(self):
        wrong, _ = table.against_golden([line(cycles="20.00", call="200")], golden(line()))
        self.assertEqual(wrong, [])

    def test_a_faster_kernel_is_a_note(self):
        wrong, note = table.against_golden([line(cycles="9.00", rate="8.89")], golden(line()))
        self.assertEqual((wrong, len(note)), ([], 1))
        self.assertIn("--update", note[0])

    def test_a_kernel_without_a_row_fails(self):
        wrong, _ = table.against_golden([line("new")], {})
        self.assertIn("no row for new on a53", wrong[0])

    def test_a_row_without_a_kernel_fails(self):
        wrong, _ = table.against_golden([], golden(line("gone")))
        self.assertIn("gone on a53", wrong[0])


class Gemm(unittest.TestCase):
    class Core:
        name, data = "a53", {"name": "Cortex-A53", "gemm": {"f32": 7.6}}

    def wrong(self, **figures):
        row = rows.FAMILIES["CB_GEMM"]("k", "NEON", '"f32"', "IN_ORDER", "8", "12", "1", "1", "0",
                                       "o")
        each = line(**dict({"other_cycles": "10.00", "model": "slots"}, **figures))
        kernel = type("Kernel", (), {"row": row})
        return table._best_gemm(self.Core, [each], {"k": kernel})

    def test_the_best_kernel_of_a_type_reaches_its_target(self):
        self.assertEqual(self.wrong(), [])

    def test_doubts_count_against_it_on_in_order_cores(self):
        self.assertIn("best 6.667 of 7.6", self.wrong(other_cycles="12.00")[0])
        self.assertEqual(self.wrong(other_cycles="12.00", model="llvm-mca"), [])

    def test_multiply_accumulates_of_an_instruction(self):
        for text, macs in (("fmla v0.4s, v1.4s, v2.s[1]", 4), ("smull v0.8h, v1.8b, v2.8b", 8),
                           ("smlal2 v0.8h, v1.16b, v2.16b", 8), ("sadalp v0.4s, v1.8h", 0),
                           ("sdot v0.4s, v1.16b, v2.4b[1]", 16), ("smmla v0.4s, v1.16b, v2.16b", 32),
                           ("bfmmla v0.4s, v1.8h, v2.8h", 16), ("fadd v0.4s, v1.4s, v2.4s", 0)):
            with self.subTest(text):
                self.assertEqual(table.macs(a64.Instruction(text)), macs)


class Rows(unittest.TestCase):
    def test_a_peak_row(self):
        row = rows.FAMILIES["CB_PEAK"]("k__neon", "NEON", "THROUGHPUT", '"f32"', "o", "24", "2 * 2",
                                       "16", "8", "1", "NULL")
        self.assertEqual((row.work, row.measured, row.latency), (768, 96, False))

    def test_a_bandwidth_row_counts_all_operands(self):
        row = rows.FAMILIES["CB_MEMBW"]("k__neon", "NEON", "COPY", "false", "128", "256", "16",
                                        "16", "o")
        self.assertEqual((row.work, row.kind, row.measured), (512, "copy", 32))

    def test_what_is_no_row_is_an_error_with_its_place(self):
        with self.assertRaisesRegex(tools.Wrong, "x.inc: CB_PEAK.k"):
            rows._row("CB_PEAK", "k, NEON", "x.inc")
        with self.assertRaisesRegex(tools.Wrong, "does not know this family"):
            rows._row("CB_OTHER", "k, NEON", "x.inc")


class Loops(unittest.TestCase):
    def test_the_marked_code_must_end_in_its_own_branch(self):
        with self.assertRaisesRegex(tools.Wrong, "expected the branch back"):
            extract._closed(["add x0, x0, #0x1", "ret"], 0, "k.S")
        with self.assertRaisesRegex(tools.Wrong, "expected the branch back"):
            extract._closed(["add x0, x0, #0x1", "b.ne 8 <k+0x8>"], 0, "k.S")

    def test_the_marked_code_is_the_innermost_loop(self):
        with self.assertRaisesRegex(tools.Wrong, "mark the innermost loop"):
            extract._closed(["cbz x3, 10 <k>", "subs x0, x0, #0x1", "b.ne 0 <k>"], 0, "k.S")

    def test_a_closed_loop(self):
        loop = ["subs x0, x0, #0x1", "b.ne 40 <k+0x40>"]
        self.assertEqual(extract._closed(list(loop), 0x40, "k.S"), loop)


if __name__ == "__main__":
    unittest.main()
