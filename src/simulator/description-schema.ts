/** A description in a file: everything of SimulatorOptions but functions and the clock. */
import { z } from 'zod';
import { isTimeZone } from '../core/time-zone.ts';
import { requestKind, trouble } from './control/schema.ts';
import type { SimulatorOptions } from './description.ts';
import { odataOptions } from './odata/options-schema.ts';
import { serverSyncScript } from './serversync-script.ts';

const calculation = z.strictObject({
  join: z.array(z.string()),
  separator: z.string().exactOptional(),
});

/** Numbers, as FileMaker writes them, or text. */
const parentCode = z.union([
  z.enum(['503', '505', '510']),
  z.literal([503, 505, 510]).transform((code) => String(code)),
]);

const validation = z.strictObject({
  notEmpty: z.boolean().exactOptional(),
  unique: z.boolean().exactOptional(),
  numeric: z.boolean().exactOptional(),
  maxLength: z.int().exactOptional(),
  list: z.array(z.string()).exactOptional(),
  range: z.strictObject({ from: z.number(), to: z.number() }).exactOptional(),
  parent: z
    .strictObject({ table: z.string(), field: z.string(), code: parentCode.exactOptional() })
    .exactOptional(),
  overridable: z.boolean().exactOptional(),
});

const autoEnter = z.union([
  z.enum([
    'uuid',
    'serial',
    'createdAt',
    'modifiedAt',
    'createdBy',
    'modifiedBy',
    'utcMilliseconds',
    'upperCase',
    'lowerCase',
    'trim',
  ]),
  z.strictObject({ calculation }),
]);

const field = z.strictObject({
  name: z.string(),
  type: z.enum(['text', 'number', 'date', 'time', 'timestamp', 'container']),
  kind: z.enum(['normal', 'calculation', 'summary']).exactOptional(),
  global: z.boolean().exactOptional(),
  autoEnter: autoEnter.exactOptional(),
  stampedBy: z.enum(['host', 'user']).exactOptional(),
  prohibitModification: z.boolean().exactOptional(),
  validation: validation.exactOptional(),
  repetitions: z.int().positive().exactOptional(),
  calculation: calculation.exactOptional(),
  sumOf: z.string().exactOptional(),
  showMs: z.number().nonnegative().exactOptional(),
});

const table = z.strictObject({
  name: z.string(),
  fields: z.array(field),
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number()]))).exactOptional(),
  cascades: z
    .array(z.strictObject({ table: z.string(), field: z.string(), matches: z.string() }))
    .exactOptional(),
});

const portal = z.strictObject({
  name: z.string(),
  table: z.string(),
  parent: z.string(),
  child: z.string(),
  fields: z.array(z.string()).exactOptional(),
  allowCreation: z.boolean().exactOptional(),
});

const layout = z.strictObject({
  name: z.string(),
  table: z.string(),
  fields: z.array(z.string()).exactOptional(),
  portals: z.array(portal).exactOptional(),
  view: z.enum(['form', 'table']).exactOptional(),
  folder: z.string().exactOptional(),
  valueLists: z.record(z.string(), z.array(z.string())).exactOptional(),
  pickFrom: z.record(z.string(), z.string()).exactOptional(),
});

/** Our own script is the only one that a file can name. */
const script = z
  .union([
    z.literal('serversync').transform(() => ({})),
    z.strictObject({
      msPerRecord: z.number().nonnegative().exactOptional(),
      version: z.int().exactOptional(),
      cutAt: z.int().nonnegative().exactOptional(),
    }),
  ])
  .transform((options) => serverSyncScript(options));

const account = z.strictObject({
  name: z.string(),
  password: z.string(),
  canUseDataApi: z.boolean().exactOptional(),
  canUseOData: z.boolean().exactOptional(),
  databases: z.array(z.string()).exactOptional(),
  layouts: z.array(z.string()).exactOptional(),
  privileges: z
    .strictObject({
      view: z.boolean().exactOptional(),
      create: z.boolean().exactOptional(),
      edit: z.boolean().exactOptional(),
      delete: z.boolean().exactOptional(),
    })
    .exactOptional(),
});

const duration = z.number().nonnegative();
const latency = z.union([duration, z.strictObject({ base: duration, perRow: duration })]);

const description = z.strictObject({
  databases: z.array(
    z.strictObject({
      name: z.string(),
      tables: z.array(table),
      layouts: z.array(layout),
      occurrences: z.array(z.strictObject({ name: z.string(), table: z.string() })).exactOptional(),
      scripts: z.record(z.string(), script).exactOptional(),
      localeDates: z.enum(['MM/dd/yyyy', 'dd.MM.yyyy']).exactOptional(),
    }),
  ),
  accounts: z.array(account),
  version: z.enum(['19.6', '20', '21', '22', '26']).exactOptional(),
  timeZone: z.string().refine(isTimeZone, 'not a known time zone').exactOptional(),
  clockOffsetMs: z.number().exactOptional(),
  capacity: z.strictObject({ sessions: z.int().nonnegative().exactOptional() }).exactOptional(),
  latencyMs: z.partialRecord(requestKind, latency).exactOptional(),
  processors: z.int().positive().exactOptional(),
  roundTripMs: duration.exactOptional(),
  gatewayTimeoutMs: duration.exactOptional(),
  troubles: z.array(trouble).exactOptional(),
  seed: z.int().exactOptional(),
  emptyList: z.enum(['empty', '401']).exactOptional(),
  containers: z
    .strictObject({
      names: z.boolean().exactOptional(),
      ranges: z.boolean().exactOptional(),
      lengths: z.boolean().exactOptional(),
    })
    .exactOptional(),
  isoSeparator: z.enum(['T', ' ']).exactOptional(),
  odata: odataOptions.exactOptional(),
  host: z.string().exactOptional(),
  port: z.int().nonnegative().exactOptional(),
});

/** Throws with every fault and its path. */
export function readDescription(given: unknown): SimulatorOptions {
  const parsed = description.safeParse(given);
  if (!parsed.success) throw new Error(`the description has faults:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
