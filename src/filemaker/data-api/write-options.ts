/**
 * Whether writes carry `options`, by which a field that users must not change can be written, such as a key.
 * FileMaker takes them from 21.1 on (help.claris.com data-api-guide create-record). Where the server does not show its version the
 * first writes find out: a refused request wrote nothing, so it may be sent again without them.
 */
import { isParameterRefusal } from '../http/codes.ts';
import type { WriteAnswer } from '../http/requests.ts';

/**
 * Not `entrymode`: it would switch off validation of fields, and with it the unique key that keeps two creates of one
 * record apart.
 */
export const scriptOptions = { prohibitmode: 'script' } as const;

export class WriteOptions {
  readonly #version: (signal: AbortSignal) => Promise<string | undefined>;
  readonly #settled: (sent: boolean) => void;
  #areSent: boolean | undefined;

  constructor(
    version: (signal: AbortSignal) => Promise<string | undefined>,
    settled: (sent: boolean) => void,
  ) {
    this.#version = version;
    this.#settled = settled;
  }

  /** The answer to the write, sent with options if the server takes them. */
  async send(
    write: (withOptions: boolean) => Promise<WriteAnswer>,
    signal: AbortSignal,
  ): Promise<WriteAnswer> {
    this.#areSent ??= takenBy(await this.#version(signal));
    if (this.#areSent !== undefined) return write(this.#areSent);
    const first = await write(true);
    if (!isParameterRefusal(codeOf(first) ?? '')) return this.#learn(true, first);
    return this.#learn(false, await write(false));
  }

  /** Only a write that was done shows what the server takes. */
  #learn(areSent: boolean, answer: WriteAnswer): WriteAnswer {
    if (codeOf(answer) === '0' && this.#areSent === undefined) {
      this.#areSent = areSent;
      this.#settled(areSent);
    }
    return answer;
  }
}

const codeOf = (answer: WriteAnswer): string | undefined =>
  typeof answer !== 'string' && answer.kind === 'envelope' ? answer.code : undefined;

/** By a version such as `21.1.2.219`; undefined where there is none. */
export function takenBy(version: string | undefined): boolean | undefined {
  const [, major, minor = '0'] = /^(\d+)(?:\.(\d+))?/.exec(version ?? '') ?? [];
  if (major === undefined) return undefined;
  return Number(major) > 21 || (Number(major) === 21 && Number(minor) >= 1);
}
