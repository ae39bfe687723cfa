/** Some damaged files of every kind; `tests/long/fuzz_test.ts` tries many more. */
import { testDamagedFiles } from "./fuzz_tests.ts";

testDamagedFiles({ seed: 1, count: 250 });
