"""The bound of the out-of-order cores: each rule alone, and every measured rate of their tables."""

import unittest

import a64
import coretable
import ports
import stream


def core(name):
    return next(c for c in coretable.load_all() if c.name == name)


class Rules(unittest.TestCase):
    def test_dispatch_binds_what_no_port_does(self):
        cost = ports.cost(core("a72"), a64.parse(["add x1, x2, x3", "ldr x4, [x5]", "str x6, [x7]",
                                                  "smull v0.8h, v1.8b, v2.8b",
                                                  "saddlp v3.4s, v4.8h", "b 0"]))
        self.assertEqual((cost.cycles, cost.binds), (2, "dispatch"))

    def test_work_of_one_port_is_not_spread(self):
        loop = a64.parse(["sadalp v0.4s, v1.8h", "sadalp v2.4s, v1.8h"])
        self.assertEqual(ports.cost(core("a72"), loop).bounds["F1"], 2)

    def test_a_pipe_in_common_is_shared(self):
        loop = a64.parse(["eor v0.16b, v1.16b, v2.16b", "cnt v3.16b, v4.16b",
                          "uadalp v5.8h, v6.16b"])
        self.assertEqual(ports.cost(core("n1"), loop).bounds["V0+V1"], 1.5)

    def test_128_bit_results_of_the_a72(self):
        loop = a64.parse([f"eor v{n}.16b, v30.16b, v31.16b" for n in range(6)])
        self.assertEqual(ports.cost(core("a72"), loop).cycles, 4)

    def test_a_chain_is_bound_by_the_forwarded_latency(self):
        loop = a64.parse(["fmla v0.4s, v30.4s, v31.4s"])
        self.assertEqual(ports.cost(core("a72"), loop).cycles, 3)
        loop = a64.parse(["fmla v0.4s, v0.4s, v31.4s"])
        self.assertEqual(ports.cost(core("a72"), loop).cycles, 7)

    def test_updated_bases_do_not_wait_for_the_load(self):
        loop = a64.parse(["ldr q0, [x1], #16", "ldr q1, [x1], #16"])
        self.assertEqual(ports.cost(core("a72"), loop).cycles, 2)


class Published(unittest.TestCase):
    def test_every_measured_rate_within_three_percent(self):
        for name in ("a72", "n1"):
            for entry in core(name).data["classes"]:
                if "rate" not in entry or not entry["sample"]:
                    continue
                instructions = stream.copies(entry["sample"])
                rate = len(instructions) / ports.limit(core(name), instructions)
                with self.subTest(core=name, entry=entry["name"]):
                    self.assertLess(abs(rate / entry["rate"] - 1), 0.03, f"{rate} instead of "
                                    f"{entry['rate']} instructions a cycle")


if __name__ == "__main__":
    unittest.main()
