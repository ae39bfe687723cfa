/**
 * A Slurm cluster of one node for a test: authentication, controller and node, all under one folder.
 *
 * @module
 */
import { join } from "node:path";

/** The programs of Debian's `munge` and `slurm-wlm`, wherever they lie. */
const programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo"];
const path = `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/usr/bin`;

/** Why there can be no cluster here, in words for a test's title; undefined when there can. */
export function slurmObstacle(): string | undefined {
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length > 0) {
    return `needs Slurm (Debian: slurm-wlm and munge); there is no ${missing.join(", ")}`;
  }
  return Deno.uid() === 0 ? undefined : "Slurm's daemons need to be started by root";
}

function isInstalled(program: string): boolean {
  return path.split(":").some((folder) => {
    try {
      return Deno.statSync(join(folder, program)).isFile;
    } catch {
      return false;
    }
  });
}

/** A running cluster; its daemons end with an `await using` block. */
export class SlurmCluster implements AsyncDisposable {
  readonly #folder: string;
  readonly #env: Record<string, string>;
  readonly #daemons: Deno.ChildProcess[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
    this.#env = { PATH: path, SLURM_CONF: join(folder, "slurm.conf") };
  }

  /**
   * Starts the daemons in an empty folder.
   *
   * @throws {Error} When the node does not come up within twenty seconds; the message holds the logs.
   */
  static async start(folder: string): Promise<SlurmCluster> {
    const cluster = new SlurmCluster(folder);
    try {
      await cluster.#startDaemons();
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #startDaemons(): Promise<void> {
    const host = Deno.hostname().split(".")[0];
    const at = (name: string) => join(this.#folder, name);
    for (const name of ["state", "spool"]) await Deno.mkdir(at(name));
    await Deno.writeFile(at("munge.key"), crypto.getRandomValues(new Uint8Array(1024)), {
      mode: 0o400,
    });
    await Deno.writeTextFile(at("slurm.conf"), configurationOf(this.#folder, host));
    this.#daemon("munged", [
      ...["--foreground", "--force", `--socket=${at("munge.socket")}`],
      ...[`--key-file=${at("munge.key")}`, `--pid-file=${at("munged.pid")}`],
      ...[`--log-file=${at("munged.log")}`, `--seed-file=${at("munged.seed")}`],
    ]);
    await this.#until(async () => (await Deno.stat(at("munge.socket"))).isSocket === true);
    this.#daemon("slurmctld", ["-D"]);
    this.#daemon("slurmd", ["-D", "-N", host]);
    await this.#until(async () => (await this.#run("sinfo", ["-h", "-o", "%T"])).includes("idle"));
  }

  #daemon(program: string, args: string[]): void {
    const log = join(this.#folder, `${program}.out`);
    this.#daemons.push(
      // a shell's redirection, so that nobody needs to read along
      new Deno.Command("/bin/sh", {
        args: ["-c", `exec "$0" "$@" >'${log}' 2>&1`, program, ...args],
        env: this.#env,
        stdin: "null",
      }).spawn(),
    );
  }

  /** Submits a job, and says its number. */
  async submit(args: readonly string[], { cwd }: { cwd: string }): Promise<string> {
    return (await this.#run("sbatch", ["--parsable", ...args], cwd)).trim();
  }

  /** Waits until all of a job's tasks have ended, and says in which states, in order of their ids. */
  async statesOf(job: string): Promise<string[]> {
    let states: string[] = [];
    await this.#until(async () => {
      const lines = await this.#run("squeue", ["-h", "-t", "all", "-o", "%K %T", "-r", "-j", job]);
      states = lines.trim().split("\n").sort();
      return states.every((state) => /(COMPLETED|FAILED|CANCELLED|TIMEOUT)$/.test(state));
    }, { seconds: 60 });
    return states.map((state) => state.split(" ")[1]);
  }

  async #run(program: string, args: readonly string[], cwd?: string): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      env: this.#env,
      cwd,
    }).output();
    if (success) return new TextDecoder().decode(stdout);
    throw new Error(`${program} failed: ${new TextDecoder().decode(stderr)}`);
  }

  /** Waits until something is so; what it throws counts as not yet. */
  async #until(isSo: () => Promise<boolean>, { seconds = 20 } = {}): Promise<void> {
    const end = performance.now() + seconds * 1000;
    while (!await isSo().catch(() => false)) {
      if (performance.now() > end) throw new Error(`Slurm is not ready: ${await this.#logs()}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async #logs(): Promise<string> {
    const names = ["munged", "slurmctld", "slurmd"].map((name) => `${name}.out`);
    const texts = names.map((name) => Deno.readTextFile(join(this.#folder, name)).catch(() => ""));
    return (await Promise.all(texts)).join("\n");
  }

  /** Ends the daemons, the node first, and waits for each. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const daemon of this.#daemons.toReversed()) {
      try {
        daemon.kill("SIGTERM");
      } catch {
        // it has ended by itself
      }
      const patience = setTimeout(() => daemon.kill("SIGKILL"), 5000);
      await daemon.status;
      clearTimeout(patience);
    }
  }
}

/** Everything in one folder and on free ports; three tasks at a time, however many cores there are. */
function configurationOf(folder: string, host: string): string {
  const [controllerPort, nodePort] = freePorts(2);
  return `
ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket
SlurmctldPort=${controllerPort}
SlurmdPort=${nodePort}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
MailProg=/bin/true
SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1
NodeName=${host} NodeAddr=127.0.0.1 CPUs=3 State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}

function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const ports = listeners.map(({ addr }) => addr.port);
  for (const listener of listeners) listener.close();
  return ports;
}
