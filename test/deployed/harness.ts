/** Emulator, recorder and lambda host together, on free ports of loopback; ends them all. */
import { type Emulator, startEmulator } from './emulator/emulator.ts';
import { freePort } from './free-port.ts';
import { compareDeployedGrants } from './granted/deployed-grants.ts';
import type { Comparison } from './granted/granted.ts';
import { type LambdaHost, openLambdaHost } from './lambda-host/lambda-host.ts';
import { type Recorder, startRecorder } from './recorder/recorder.ts';
import { VirtualTime } from './virtual-time.ts';

export class Harness implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly recorder: Recorder;
  readonly host: LambdaHost;
  /** The `clock` of every simulator that is part of the test. */
  readonly time: VirtualTime;

  constructor(emulator: Emulator, recorder: Recorder, host: LambdaHost, time: VirtualTime) {
    this.emulator = emulator;
    this.recorder = recorder;
    this.host = host;
    this.time = time;
  }

  /** The roles that are deployed now against every request since the start (or the recorder's last `forget`). */
  async compareGrants(): Promise<Comparison> {
    const { host, emulator, recorder } = this;
    return compareDeployedGrants({ host, config: emulator.clientConfig }, recorder.requests);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]();
    await this.recorder[Symbol.asyncDispose]();
    await this.emulator[Symbol.asyncDispose]();
  }
}

/** The host answers at once and knows no function before its first `reload`. */
export async function startHarness(): Promise<Harness> {
  const hostPort = await freePort();
  await using opened = new AsyncDisposableStack();
  const emulator = opened.use(await startEmulator(`http://127.0.0.1:${hostPort}`));
  const recorder = opened.use(await startRecorder(emulator.url));
  const time = new VirtualTime();
  const host = opened.use(await openLambdaHost({ emulator, recorder, time }));
  await host.listen(hostPort);
  opened.move();
  return new Harness(emulator, recorder, host, time);
}
