/** What made a version of a record, in words: the same at the command line and in the console. */
import type { ServerName } from './names.ts';

export type MadeBy = {
  readonly what:
    | 'seen'
    | 'deleted'
    | 'came-back'
    | 'restored'
    | 'choice'
    | 'choice-undone'
    | 'taken-up'
    | 'put-back';
  /** Where it was made; absent of what a person did here. */
  readonly server?: ServerName;
  /** Of what was put back: after which version it was so. */
  readonly to?: number;
};

export function versionWords({ what, server = '', to }: MadeBy): string {
  switch (what) {
    case 'seen':
      return `changed on ${server}`;
    case 'deleted':
      return `deleted on ${server}`;
    case 'came-back':
      return `it came back, from ${server}`;
    case 'restored':
      return `taken from ${server}, whose file had been put back to an earlier state`;
    case 'choice':
      return 'chosen by a person';
    case 'choice-undone':
      return 'a choice was taken back by a person';
    case 'taken-up':
      return 'read anew: it was not kept the same for a while';
    case 'put-back':
      return to === undefined ? 'brought back by a person' : `put back to version ${to} by a person`;
  }
}
