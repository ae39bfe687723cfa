/**
 * Where a branch or tag of a repository is.
 *
 * @module
 */
import { askCommit, type HubQuestion } from "./hub_questions.ts";
import { explainRefusal, offlineError } from "./hub_refusal.ts";
import { BrokenConnection, HubRefusal } from "./hub_request.ts";

/** Whom to ask, and what is known without. */
export type RevisionQuestion = HubQuestion & {
  /** Whether the hub must not be asked. */
  readonly offline: boolean;
  /** Where the branch was when the hub was last asked. */
  readonly known: string | undefined;
  /** The folder that was looked in, for messages. */
  readonly folder: string;
  /** Told when that has to do because the hub cannot be asked. */
  readonly onWarning?: (message: string) => void;
};

/** As long as Python's library waits for the hub where it could go on without. */
const SHORT_PATIENCE = { retryDelays: [], stallTimeout: 10_000 };

/**
 * Finds the commit that a branch or tag is at; the one that it was at when the hub cannot say.
 *
 * @throws {Error} When the hub cannot be asked and nothing is known, or when it knows no such revision.
 */
export async function currentCommit(
  revision: string,
  { known, folder, onWarning, ...question }: RevisionQuestion,
): Promise<string> {
  const { repository, offline } = question;
  if (offline) throw offlineError(repository, { missing: revision, folder });
  try {
    return await askCommit(revision, known ? { ...question, ...SHORT_PATIENCE } : question);
  } catch (error) {
    const isUnreachable = error instanceof BrokenConnection ||
      error instanceof HubRefusal && error.status !== 404;
    if (known === undefined || !isUnreachable) {
      return explainRefusal(error, { ...question, what: revision });
    }
    const reason = error instanceof HubRefusal
      ? `the answer is ${error.status}`
      : (error.cause as Error).message;
    onWarning?.(
      `the hub does not say where ${revision} of ${repository} is (${reason}): ` +
        `going on with what was downloaded before, commit ${known}`,
    );
    return known;
  }
}
