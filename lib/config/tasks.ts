/**
 * All tasks that take options.
 *
 * @module
 */
import { exportTask } from "./export_schema.ts";
import { compareTask, reportTask } from "./report_schemas.ts";
import type { Task } from "./task.ts";
import * as tasks from "./task_schemas.ts";
import { webTask } from "./web_schema.ts";

/** In the order in which a user meets them. */
export const allTasks: readonly Task<unknown>[] = [
  tasks.precomputeTask,
  tasks.trainTask,
  tasks.evaluateTask,
  tasks.visualiseTask,
  reportTask,
  compareTask,
  tasks.verifyTask,
  tasks.glimpsesTask,
  webTask,
  exportTask,
  tasks.demoTask,
  tasks.sampleTask,
  tasks.benchTask,
];
