/**
 * Plays Lambda and its triggers with what was deployed: code, environment, timeout, memory, event source mappings and
 * schedules are read back from the emulator. Each sandbox is a Node process of its own. Not modelled: repeats of
 * events that nobody waits for, reserved concurrency, the role's credentials (see granted).
 */
import type { Server } from 'node:http';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { readSchedules, type Schedule } from '../emulator/deployed.ts';
import type { Emulator } from '../emulator/emulator.ts';
import { account, clientConfig } from '../emulator/environment.ts';
import { close, listen } from '../free-port.ts';
import type { RecordedRequest, Recorder } from '../recorder/recorder.ts';
import type { VirtualTime } from '../virtual-time.ts';
import { type DeployedFunction, fetchCode, listFunctions } from './deployed-function.ts';
import { isDue } from './due.ts';
import { listMappings, type Mapping, Poller } from './event-source-mapping.ts';
import { FunctionVersion, type Invocation } from './function-version.ts';
import { Gate } from './gate.ts';
import { invokeServer } from './invoke-server.ts';
import { type KillPoint, Kills } from './kills.ts';
import { type LogLine, type Metric, metricsIn } from './logs.ts';
import type { SandboxOptions } from './sandbox.ts';

export type HostParts = {
  readonly emulator: Emulator;
  readonly recorder: Recorder;
  readonly time: VirtualTime;
};

export class LambdaHost implements AsyncDisposable {
  readonly #parts: HostParts;
  readonly #directory: string;
  readonly #lambda: LambdaClient;
  readonly #s3: S3Client;
  readonly #server: Server;
  readonly #gate = new Gate();
  readonly #kills = new Kills((sandbox) => this.#killSandbox(sandbox));
  readonly #pollers = new Map<string, Poller>();
  readonly #later = new Set<Promise<unknown>>();
  readonly #logs: LogLine[] = [];
  #versions: FunctionVersion[] = [];
  #current: ReadonlyMap<string, FunctionVersion> = new Map();
  #mappings: readonly Mapping[] = [];
  #schedules: readonly Schedule[] = [];
  #sandboxes = 0;

  constructor(parts: HostParts, directory: string) {
    this.#parts = parts;
    this.#directory = directory;
    this.#lambda = new LambdaClient(parts.emulator.clientConfig);
    this.#s3 = new S3Client(parts.emulator.clientConfig);
    parts.recorder.hook(this.#kills.hook);
    this.#server = invokeServer({
      invoke: (name, event) => this.#gate.join(() => this.#invoke(name, event)),
      invokeLater: (name, event) => this.#keep(this.invoke(name, event)),
    });
  }

  get functions(): readonly DeployedFunction[] {
    return [...this.#current.values()].map(({ deployed }) => deployed);
  }

  get schedules(): readonly Schedule[] {
    return this.#schedules;
  }

  get logs(): readonly LogLine[] {
    return this.#logs;
  }

  get metrics(): readonly Metric[] {
    return metricsIn(this.#logs);
  }

  /** Where the emulator hands Invoke to. */
  async listen(port: number): Promise<void> {
    await listen(this.#server, port);
  }

  /**
   * Reads anew what is deployed. A function that changed has a new version: its warm sandboxes end, those at work end
   * with their event, so that both versions live for a while. Pollers follow the mappings where polling has begun.
   */
  async reload(): Promise<void> {
    const { url } = this.#parts.emulator;
    const before = this.#current;
    const deployed = await listFunctions(this.#lambda);
    const now = await Promise.all(
      deployed.map(async (each) => [each.name, await this.#versionOf(each)] as const),
    );
    this.#current = new Map(now);
    const stays = new Set(this.#current.values());
    await Promise.all([...before.values()].filter((old) => !stays.has(old)).map((old) => old.retire()));
    this.#mappings = await listMappings(this.#lambda);
    this.#schedules = await readSchedules(url);
    if (this.#pollers.size > 0) await this.startPolling();
  }

  async invoke(functionName: string, event: unknown): Promise<Invocation> {
    return this.#gate.pass(() => this.#invoke(functionName, event));
  }

  /** By the deployed mappings; those that are polled already go on. */
  async startPolling(): Promise<void> {
    const wanted = new Map(this.#mappings.map((mapping) => [mapping.id, mapping]));
    await this.#stopPollers((id) => !wanted.has(id));
    for (const mapping of wanted.values())
      if (!this.#pollers.has(mapping.id)) this.#pollers.set(mapping.id, this.#poller(mapping));
  }

  /** Resolves when the batches that were received have been dealt with. */
  async stopPolling(): Promise<void> {
    await this.#stopPollers(() => true);
  }

  /** As the scheduler would: the deployed input to the deployed target. `name` is NAME or GROUP/NAME. */
  async fire(name: string): Promise<Invocation> {
    const [schedule, another] = this.#schedules.filter((each) => [each.Name, fullName(each)].includes(name));
    if (schedule === undefined) throw new Error(`there is no schedule ${name}`);
    if (another !== undefined) throw new Error(`${name} is in two groups: name it GROUP/NAME`);
    return this.#fire(schedule);
  }

  /** Each enabled schedule that was due after `since` once, however often it was, one after another. */
  async fireDue(since: number): Promise<readonly Invocation[]> {
    const until = this.#parts.time.now();
    const due = this.#schedules.filter(
      ({ State, ScheduleExpression }) => State === 'ENABLED' && isDue(ScheduleExpression, since, until),
    );
    const fired: Invocation[] = [];
    for (const schedule of due) fired.push(await this.#fire(schedule));
    return fired;
  }

  /**
   * Lets time pass: for the functions, the queues and whoever has this clock as its own (the simulators). Waits until
   * nothing is in flight and lets nothing begin meanwhile, so that nobody sees a clock step.
   */
  async advance(ms: number): Promise<void> {
    const { time, emulator } = this.#parts;
    await this.#gate.quiet(async () => {
      const offsetMs = time.offsetMs + ms;
      await Promise.all(this.#alive().map((sandbox) => sandbox.shift(offsetMs)));
      await emulator.shiftQueues(offsetMs);
      time.shiftTo(offsetMs);
    });
  }

  /** Resolves when no event is being handled, those that nobody waits for included. */
  async quiet(): Promise<void> {
    await Promise.all(this.#later);
    await this.#gate.quiet(async () => undefined);
  }

  /** Resolves with the request at which it struck. */
  killNext(functionName: string, point: KillPoint = {}): Promise<RecordedRequest> {
    return this.#kills.arm(functionName, point);
  }

  /** What `killNext` armed and what has not struck is called off. */
  killNoMore(): void {
    this.#kills.disarm();
  }

  /** Kills those that handle an event now; returns how many. */
  killRunning(functionName: string): number {
    const busy = this.#versions
      .filter(({ deployed }) => deployed.name === functionName)
      .flatMap((version) => version.busy);
    for (const sandbox of busy) sandbox.kill();
    return busy.length;
  }

  /** Processes of the function that live now, of all its versions. */
  living(functionName: string): number {
    return this.#versions
      .filter(({ deployed }) => deployed.name === functionName)
      .reduce((sum, { sandboxes }) => sum + sandboxes.length, 0);
  }

  /** Of the one file that is run, without its source map. */
  async bundleBytes(functionName: string): Promise<number> {
    const version = this.#current.get(functionName);
    if (version === undefined) throw new Error(`there is no function ${functionName}`);
    return (await stat(join(version.directory, 'index.mjs'))).size;
  }

  /** Ends the warm processes of the function: the next event finds none. */
  async endIdle(functionName: string): Promise<void> {
    const versions = this.#versions.filter(({ deployed }) => deployed.name === functionName);
    await Promise.all(versions.map((version) => version.endIdle()));
  }

  /** How many versions of the function have processes that live now. */
  versionsAlive(functionName: string): number {
    return this.#versions.filter(
      ({ deployed, sandboxes }) => deployed.name === functionName && sandboxes.length > 0,
    ).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stopped = this.stopPolling();
    await Promise.all(this.#versions.map((version) => version.end()));
    await stopped;
    if (this.#server.listening) await close(this.#server);
    this.#lambda.destroy();
    this.#s3.destroy();
    await rm(this.#directory, { recursive: true, force: true });
  }

  #fire(schedule: Schedule): Promise<Invocation> {
    if (schedule.State !== 'ENABLED') throw new Error(`the schedule ${schedule.Name} is stopped`);
    const { Arn, Input } = schedule.Target;
    this.#parts.recorder.add({
      functionName: scheduleSigner(schedule),
      sandbox: 0,
      operation: 'lambda:Invoke',
      needs: [{ action: 'lambda:InvokeFunction', resource: Arn }],
    });
    return this.invoke(Arn.split(':function:')[1]?.split(':')[0] ?? '', JSON.parse(Input));
  }

  #invoke(functionName: string, event: unknown): Promise<Invocation> {
    const version = this.#current.get(functionName);
    if (version === undefined) throw new Error(`there is no function ${functionName}`);
    return version.invoke(event, (sandbox) => this.#kills.began(functionName, sandbox));
  }

  async #versionOf(deployed: DeployedFunction): Promise<FunctionVersion> {
    const known = this.#current.get(deployed.name);
    if (known?.deployed.fingerprint === deployed.fingerprint) return known;
    const directory = join(this.#directory, `${deployed.name}-${this.#versions.length}`);
    const version = new FunctionVersion(deployed, directory, (of) => this.#sandboxOptions(of));
    this.#versions.push(version);
    await fetchCode({ lambda: this.#lambda, s3: this.#s3 }, deployed.name, directory);
    return version;
  }

  #sandboxOptions({ deployed, directory }: FunctionVersion): SandboxOptions {
    const { recorder, time } = this.#parts;
    this.#sandboxes += 1;
    const id = this.#sandboxes;
    const accessKey = recorder.accessKeyOf({ functionName: deployed.name, sandbox: id });
    const log = (line: LogLine): void => void this.#logs.push(line);
    return { id, deployed, directory, endpoint: recorder.url, accessKey, offsetMs: time.offsetMs, log };
  }

  #poller(mapping: Mapping): Poller {
    const { recorder } = this.#parts;
    const accessKey = recorder.accessKeyOf({ functionName: mapping.functionName, sandbox: 0 });
    return new Poller({
      mapping,
      queueUrl: `${recorder.url}/${account}/${mapping.queueArn.split(':').at(-1)}`,
      gate: this.#gate,
      sqs: new SQSClient(clientConfig(recorder.url, accessKey)),
      invoke: (event) => this.#invoke(mapping.functionName, event),
    });
  }

  async #stopPollers(which: (id: string) => boolean): Promise<void> {
    const stopping = [...this.#pollers].filter(([id]) => which(id));
    for (const [id] of stopping) this.#pollers.delete(id);
    await Promise.all(stopping.map(([, poller]) => poller.stop()));
  }

  #keep(invocation: Promise<unknown>): void {
    const kept = invocation.catch(() => undefined).finally(() => this.#later.delete(kept));
    this.#later.add(kept);
  }

  #alive() {
    return this.#versions.flatMap(({ sandboxes }) => sandboxes);
  }

  #killSandbox(id: number): void {
    for (const sandbox of this.#alive()) if (sandbox.id === id) sandbox.kill();
  }
}

const fullName = ({ GroupName, Name }: Schedule): string => `${GroupName}/${Name}`;

/** As whom the requests of a schedule are recorded. */
export const scheduleSigner = (schedule: Schedule): string => `schedule ${fullName(schedule)}`;

export async function openLambdaHost(parts: HostParts): Promise<LambdaHost> {
  return new LambdaHost(parts, await mkdtemp(join(tmpdir(), 'serversync-lambda-')));
}
