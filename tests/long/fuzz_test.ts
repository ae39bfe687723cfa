/** Tens of thousands of damaged files. */
import { testDamagedFiles } from "../fuzz/fuzz_tests.ts";

testDamagedFiles({ seed: 2, count: 2000 });
