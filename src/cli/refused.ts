import type { RefusedCode } from '../catalogue/commands.ts';

/** What was asked for cannot be done as it was asked: the message says what can. Nothing was done. */
export class Refused extends Error {
  readonly code: RefusedCode;

  constructor(code: RefusedCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'Refused';
    this.code = code;
  }
}
