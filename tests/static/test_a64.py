import unittest

import a64


class Parse(unittest.TestCase):
    def one(self, text):
        return a64.parse([text])[0]

    def test_a_vector_multiply_accumulate_reads_its_accumulator(self):
        i = self.one("fmla v0.4s, v1.4s, v2.s[0]")
        self.assertEqual((i.key, i.accumulator), ("fmla.vq", "v0"))
        self.assertEqual((i.reads, i.writes), ({"v0", "v1", "v2"}, {"v0"}))

    def test_an_accumulator_that_is_a_factor_too_is_not_forwarded(self):
        self.assertIsNone(self.one("fmla v0.4s, v0.4s, v1.4s").accumulator)

    def test_fmadd_accumulates_its_fourth_operand(self):
        i = self.one("fmadd s3, s1, s2, s3")
        self.assertEqual((i.key, i.accumulator, i.reads), ("fmadd.s", "v3", {"v1", "v2", "v3"}))

    def test_loads_and_their_base(self):
        i = self.one("ldp q0, q1, [x1], #32")
        self.assertEqual((i.key, i.writes, i.writeback), ("ldp.q!", {"v0", "v1", "x1"}, "x1"))
        self.assertIsNone(self.one("ldr x3, [x1, #8]").writeback)
        self.assertEqual(self.one("ldr q2, [x1, x4]").reads, {"x1", "x4"})

    def test_register_lists(self):
        self.assertEqual(self.one("ld1 {v30.16b-v1.16b}, [x0], #64").key, "ld1.4vq!")
        self.assertEqual(self.one("st1 {v0.2d, v1.2d}, [x0]").reads, {"v0", "v1", "x0"})

    def test_stores_have_no_result(self):
        self.assertEqual(self.one("stp x1, x2, [x3, #16]").writes, set())

    def test_a_lane_is_written_without_losing_the_rest(self):
        i = self.one("mov v5.d[1], x3")
        self.assertEqual((i.key, i.reads), ("mov.x>v", {"v5", "x3"}))

    def test_flags(self):
        self.assertIn("nzcv", self.one("subs x0, x0, #0x1").writes)
        self.assertEqual(self.one("cmp x9, x12").writes, {"nzcv"})
        branch = self.one("b.ne 40 <kernel+0x40>")
        self.assertTrue(branch.is_branch)
        self.assertEqual(branch.reads, {"nzcv"})


if __name__ == "__main__":
    unittest.main()
