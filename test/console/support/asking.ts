/** A console as its page meets it: the address that it prints, and requests with its token. */
import { consoleCommand } from '../../../src/cli/console/console-command.ts';
import type { StatePlace } from '../../../src/cli/opened-state.ts';
import type { Api, Endpoint } from '../../../src/console/api.ts';
import type { Asked } from '../../../src/console/requests.ts';
import { collected } from '../../end-to-end/support/bench.ts';
import type { Running } from '../../end-to-end/support/command-line.ts';
import { until } from '../../end-to-end/support/until.ts';

export class OpenedConsole implements AsyncDisposable {
  readonly origin: string;
  readonly token: string;
  readonly #end: () => Promise<number | null>;

  /** `lines`: what it printed. `end`: as Ctrl-C does; gives the exit code. */
  constructor(lines: readonly string[], end: () => Promise<number | null>) {
    const { origin, hash } = new URL(addressIn(lines) ?? '');
    this.origin = origin;
    this.token = hash.slice('#token='.length);
    this.#end = end;
  }

  request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    return fetch(`${this.origin}${path}`, { headers, ...init });
  }

  /** Throws where it is answered with anything but 200. */
  async ask<E extends Endpoint>(endpoint: E, asked: Asked<E>): Promise<Api[E]['answer']> {
    const response = await this.#sent(endpoint, asked);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${endpoint}: ${response.status} ${text}`);
    const answer: Api[E]['answer'] = JSON.parse(text);
    return answer;
  }

  /** The status and the error that it is answered with. */
  async refused<E extends Endpoint>(
    endpoint: E,
    asked: Asked<E>,
  ): Promise<{ readonly status: number; readonly code: string; readonly message: string }> {
    const response = await this.#sent(endpoint, asked);
    const { error }: { error: { code: string; message: string } } = JSON.parse(await response.text());
    return { status: response.status, ...error };
  }

  #sent(endpoint: Endpoint, asked: unknown): Promise<Response> {
    const [method = '', path = ''] = endpoint.split(' ');
    if (method === 'POST') return this.request(path, { method, body: JSON.stringify(asked) });
    const query = new URLSearchParams(
      Object.entries(asked ?? {}).map(([name, text]): [string, string] => [name, String(text)]),
    );
    return this.request(`${path}?${query.toString()}`);
  }

  /** The exit code. */
  end(): Promise<number | null> {
    return this.#end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}

const addressIn = (lines: readonly string[]): string | undefined =>
  lines.map((line) => line.trim()).find((line) => line.startsWith('http://'));

export type Opening = StatePlace & { readonly environment: Readonly<Record<string, string>> };

export async function openedConsole(place: Opening): Promise<OpenedConsole> {
  const { output, lines } = collected();
  const stop = new AbortController();
  const ended = consoleCommand({ ...place, output, port: 0, open: false, signal: stop.signal });
  await until(() => addressIn(lines) !== undefined, ended);
  return new OpenedConsole(lines, () => {
    stop.abort(new Error('ended by the test'));
    return ended;
  });
}

/** The command in a process of its own. */
export async function startedConsole(running: Running): Promise<OpenedConsole> {
  const printed = (): readonly string[] => running.stdout.split('\n');
  await until(() => addressIn(printed()) !== undefined, running.ended);
  return new OpenedConsole(printed(), async () => {
    running.child.kill('SIGINT');
    return (await running.ended).code;
  });
}
