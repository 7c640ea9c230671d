"""The slot model: each rule alone, and every published rate of the in-order cores' tables."""

import unittest

import a64
import coretable
import slots
import stream


def core(name):
    return next(c for c in coretable.load_all() if c.name == name)


def cycles(name, *lines, reading=slots.BEST):
    return slots.cost(core(name), a64.parse(lines), reading).cycles


class Rules(unittest.TestCase):
    def test_two_integer_instructions_a_cycle(self):
        self.assertEqual(cycles("a53", "add x1, x2, x3", "add x4, x2, x3", "add x5, x2, x3",
                                "add x6, x2, x3"), 2)

    def test_a_dependent_pair_does_not_issue_together(self):
        self.assertEqual(cycles("a53", "add x1, x1, x3", "add x1, x1, x3"), 2)

    def test_one_128_bit_neon_operation_a_cycle_and_two_of_64_bits(self):
        wide = [f"fmla v{n}.4s, v30.4s, v31.4s" for n in range(8)]
        narrow = [f"fmla v{n}.2s, v30.2s, v31.2s" for n in range(8)]
        self.assertEqual(cycles("a53", *wide), 8)
        self.assertEqual(cycles("a53", *narrow), 4)

    def test_accumulators_are_forwarded_after_four_cycles_and_factors_after_eight(self):
        self.assertEqual(cycles("a53", "fmla v0.4s, v30.4s, v31.4s"), 4)
        self.assertEqual(cycles("a53", "fmla v0.4s, v0.4s, v31.4s"), 8)
        self.assertEqual(cycles("a53", "fmul v0.4s, v0.4s, v31.4s"), 4)

    def test_too_few_chains_are_bound_by_latency(self):
        three = [f"fmla v{n}.4s, v30.4s, v31.4s" for n in range(3)]
        cost = slots.cost(core("a53"), a64.parse(three))
        self.assertEqual(cost.cycles, 4)
        self.assertIn("latency", cost.binds)

    def test_a_64_bit_load_pairs_with_neon(self):
        pair = ["fmla v0.4s, v30.4s, v31.4s", "ldr x1, [x2]", "fmla v1.4s, v30.4s, v31.4s",
                "ldr x3, [x2]", "fmla v2.4s, v30.4s, v31.4s", "ldr x4, [x2]",
                "fmla v3.4s, v30.4s, v31.4s", "ldr x5, [x2]"]
        self.assertEqual(cycles("a53", *pair), 4)
        self.assertEqual(cycles("a55", *pair), 4)

    def test_a_128_bit_load_blocks_issue_for_two_cycles(self):
        self.assertEqual(cycles("a53", "ldr q0, [x2]", "fmla v4.4s, v30.4s, v31.4s",
                                "fmla v5.4s, v30.4s, v31.4s", "fmla v6.4s, v30.4s, v31.4s",
                                "fmla v7.4s, v30.4s, v31.4s"), 6)

    def test_one_load_or_store_a_cycle_on_the_a53_and_one_of_each_on_the_a55(self):
        mixed = ["ldr x1, [x2]", "str x3, [x4]"] * 4
        self.assertEqual(cycles("a53", *mixed), 8)
        self.assertEqual(cycles("a55", *mixed), 4)

    def test_a_branch_ends_its_pair(self):
        self.assertEqual(cycles("a53", "add x1, x2, x3", "b 0"), 1)
        self.assertEqual(cycles("a53", "b 0", "add x1, x2, x3"), 1)
        self.assertEqual(cycles("a53", "add x1, x2, x3", "add x4, x2, x3", "b 0"), 2)

    def test_flags_reach_the_branch_in_the_same_cycle(self):
        self.assertEqual(cycles("a53", "subs x0, x0, #0x1", "b.ne 0"), 1)

    def test_where_the_counter_stands_matters(self):
        fmla = [f"fmla v{n}.4s, v30.4s, v31.4s" for n in range(8)]
        self.assertEqual(cycles("a53", "subs x0, x0, #0x1", *fmla, "b.ne 0"), 8)
        self.assertEqual(cycles("a53", *fmla, "subs x0, x0, #0x1", "b.ne 0"), 9)

    def test_ins_is_counted_both_ways(self):
        loop = ["fmla v0.4s, v30.4s, v31.4s", "mov v8.d[1], x1", "fmla v1.4s, v30.4s, v31.4s",
                "mov v9.d[1], x1", "fmla v2.4s, v30.4s, v31.4s", "mov v10.d[1], x1",
                "fmla v3.4s, v30.4s, v31.4s", "mov v11.d[1], x1"]
        self.assertEqual(cycles("a53", *loop), 4)
        self.assertEqual(cycles("a53", *loop, reading=slots.OTHER), 8)

    def test_two_ins_beside_each_other_share_a_cycle(self):
        loop = [*(f"fmla v{n}.4s, v30.4s, v31.4s" for n in range(4)), "mov v8.d[1], x1",
                "mov v9.d[1], x1"]
        self.assertEqual(cycles("a53", *loop, reading=slots.OTHER), 5)

    def test_a_64_bit_vector_load_is_counted_both_ways_and_then_pairs_with_ins(self):
        loop = [*(f"fmla v{n}.4s, v30.4s, v31.4s" for n in range(4)), "ldr d8, [x1]",
                "mov v9.d[1], x1"]
        self.assertEqual(cycles("a53", *loop, reading=slots.OTHER), 5)
        loop = loop[:5]
        self.assertEqual(cycles("a53", *loop, reading=slots.OTHER), 4)
        self.assertEqual(cycles("a53", *loop, reading=slots.WORST), 5)
        self.assertEqual(cycles("a55", *loop, reading=slots.WORST), 4)

    def test_an_older_result_is_not_overtaken(self):
        self.assertGreater(cycles("a53", "fmla v0.4s, v30.4s, v31.4s",
                                  "eor v0.16b, v1.16b, v2.16b"), 7)

    def test_an_unknown_instruction_is_an_error_that_names_it(self):
        with self.assertRaisesRegex(Exception, "no class for 'fdiv"):
            cycles("a53", "fdiv v0.4s, v1.4s, v2.4s")


class Published(unittest.TestCase):
    def test_every_measured_rate_within_three_percent(self):
        for name in ("a53", "a55"):
            for entry in core(name).data["classes"]:
                if "rate" not in entry:
                    continue
                loop = stream.loop(entry["sample"])
                rate = (len(loop) - 2) / slots.cost(core(name), loop).cycles
                with self.subTest(core=name, entry=entry["name"]):
                    self.assertLess(abs(rate / entry["rate"] - 1), 0.03, f"{rate} instead of "
                                    f"{entry['rate']} instructions a cycle")


class Tables(unittest.TestCase):
    def test_every_class_has_a_source_that_is_explained_and_matches_its_sample(self):
        for each in coretable.load_all():
            for entry in each.data["classes"]:
                with self.subTest(core=each.name, entry=entry["name"]):
                    self.assertIn(entry["source"], each.data["sources"])
                    if entry["sample"]:
                        first = stream.copies(entry["sample"])[0]
                        self.assertEqual(each.classify(first)["name"], entry["name"])


if __name__ == "__main__":
    unittest.main()
