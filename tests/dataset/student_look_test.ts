import assert from "node:assert/strict";
import { lookAt } from "../../lib/dataset/student_look.ts";
import { paintView } from "../../lib/dataset/student_view.ts";
import { openStudent } from "../../lib/model/student_checkpoint.ts";
import { onCpu, testWithBackend, workplace } from "../visualise/visualise_support.ts";

testWithBackend("lookAt() gives the view painted and a map whose maximum is 1", async () => {
  await using place = await workplace({ degradation: { strategy: "MAE", maskRatio: 0.5 } });
  const checkpoint = await openStudent(place.options.checkpointPath);
  const pixels = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => i % 251);
  const look = (key: string) => lookAt({ data: pixels, maskKey: [key] }, checkpoint);
  const { seen, map } = await look("a");
  assert.deepEqual(seen, await paintView({ data: pixels, maskKey: ["a"] }, checkpoint.description));
  assert.equal(map.length, 4);
  assert.equal(Math.max(...map), 1);
  assert.deepEqual((await look("a")).map, map);
  checkpoint.student.dispose();
}, onCpu);
