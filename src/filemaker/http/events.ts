/** What a connector tells about its work. No event has record content, a password or a token (R9). */
import type { ServerName } from '../../core/names.ts';
import type { ServerErrorCode } from '../../ports/server-errors.ts';
import type { Lowered } from './pace.ts';

/** Why our script is not used in a file and layout. */
export type ApplyTrouble = {
  readonly why:
    | 'script-missing'
    | 'script-other-version'
    /** Not all of what was sent arrived. */
    | 'parameter-cut'
    /** A text came back otherwise than it was sent. */
    | 'text-changed'
    /** It did not run on the layout that was named. */
    | 'other-layout'
    /** FileMaker before 2024 does not write by the step that the script rests on. */
    | 'filemaker-too-old'
    /** That step, or the steps of a delete, were refused with `code`. */
    | 'write-refused'
    | 'delete-refused'
    /** No result, or one that cannot be read. */
    | 'no-result'
    /** The first records of the table have no key by which one can be found. */
    | 'no-key'
    /** A web server in front did not let it pass. */
    | 'turned-away';
  readonly code?: string;
};

export type ConnectorEvent =
  | {
      readonly kind: 'retry';
      readonly server: ServerName;
      readonly error: ServerErrorCode;
      readonly tries: number;
      readonly waitMs: number;
    }
  | {
      readonly kind: 'session';
      readonly server: ServerName;
      readonly database: string;
      readonly slot: number;
      /** `lost`: whether it was opened or closed is not known; its slot stays taken. */
      readonly change: 'opened' | 'takenOver' | 'closed' | 'lost';
    }
  /** The server lets no more sessions in: work goes on with `open` of them. */
  | { readonly kind: 'full'; readonly server: ServerName; readonly open: number }
  /** It gives way: at most `to` requests are under way from now on, until the server has room again. */
  | ({ readonly kind: 'slowed'; readonly server: ServerName } & Lowered)
  /** Sessions of an earlier holder could not be logged out; their slots stay taken. */
  | { readonly kind: 'leftOpen'; readonly server: ServerName }
  /** Whether writes carry `options` was settled. */
  | { readonly kind: 'writeOptions'; readonly server: ServerName; readonly sent: boolean }
  /** Whether writes go through our script. */
  | ({
      readonly kind: 'script';
      readonly script: string;
      readonly server: ServerName;
      readonly database: string;
      readonly layout: string;
    } & ({ readonly state: 'in-use' } | ({ readonly state: 'off' } & ApplyTrouble)));

export type Log = (event: ConnectorEvent) => void;
