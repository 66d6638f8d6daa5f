/** Every check: what it proves, and what to do where it does not hold. docs/doctor.md is made of it. */
import { stackChecks } from './stack-catalogue.ts';

export type CheckMeaning = {
  /** What its finding is about. */
  readonly about: 'server' | 'table' | 'servers' | 'stack';
  readonly title: string;
  /** What is true where it is OK. */
  readonly meaning: string;
  readonly remedy: string;
  /** What an error of it counts as for the exit code. */
  readonly errorIn: 'server' | 'configuration';
};

const ofServer = (title: string, meaning: string, remedy: string): CheckMeaning => ({
  about: 'server',
  title,
  meaning,
  remedy,
  errorIn: 'server',
});

const ofTable = (title: string, meaning: string, remedy: string): CheckMeaning => ({
  about: 'table',
  title,
  meaning,
  remedy,
  errorIn: 'configuration',
});

const between = (title: string, meaning: string, remedy: string): CheckMeaning => ({
  about: 'servers',
  title,
  meaning,
  remedy,
  errorIn: 'configuration',
});

export const checks = {
  reachable: ofServer(
    'Reachable',
    'Something answers at `url`. Told with it: the round trip, the median of 5 requests.',
    'Check `url`, that FileMaker Server runs (Admin Console > Dashboard), and that nothing on the way there keeps its port closed (443 unless `url` names another). Where it answers with HTTP 502, the Data API is off: Admin Console > Connectors.',
  ),
  certificate: ofServer(
    'Certificate',
    'The certificate is for the name in `url`, its chain leads to an authority that is trusted here, and it holds for 30 days more. Told with it: names, who signed it, days left.',
    'Admin Console > Configuration > SSL Certificate: import one of a known authority, with its intermediate certificate; or name the authority that signed it as `caFile` of this server.',
  ),
  'data-api': ofServer(
    'Data API',
    'The FileMaker Data API is switched on and answers, and in which version of it.',
    'Admin Console > Connectors > FileMaker Data API: enable it.',
  ),
  odata: ofServer(
    'OData',
    'Only with `api: odata`: OData is switched on and answers, and in which version of it.',
    'Admin Console > Connectors > OData: enable it.',
  ),
  version: ofServer(
    'Version',
    'FileMaker Server is of a version that ServerSync can work with; what an older one cannot do is named.',
    'Install FileMaker Server 18 or later; from 2024 (21.1) on, fields that users may not modify can be written too.',
  ),
  webhooks: ofServer(
    'Webhooks',
    'Only with `wake: webhook`: the server knows webhooks, the account may see them, and what they call is reached. Told with it: how many of ours stand, and how many calls wait.',
    'FileMaker Server 22.0.4 or later; Admin Console > Connectors > OData: enable it; give the account the extended privilege fmodata. Where calls wait: ServerSync has to be at work, and the host of FileMaker Server has to reach the address of webhook.url (firewall, certificate). Or write wake: schedule; see docs/webhooks.md.',
  ),
  clock: ofServer(
    'Clock',
    "The host's clock is right against this machine's, within `alarms.skew`. Told with it: the offset, as an interval that all of 5 requests allow.",
    'Have the host set its clock by itself (NTP; on Windows: Settings > Time & language > Date & time). Offsets are allowed for all the same.',
  ),
  account: ofServer(
    'Account',
    'The account may log in to each file over the Data API. Its privileges cannot be read: see Rights.',
    'File > Manage > Security…: the account is active, its password is the one that is set here, and its privilege set has the extended privilege fmrest (Access via FileMaker Data API).',
  ),
  file: ofServer(
    'File',
    'The file that `database` names is open on the server.',
    'Admin Console > Databases: open the file; or correct `database`, without .fmp12, upper and lower case as there.',
  ),
  sessions: ofServer(
    'Sessions',
    'The server gives as many Data API sessions at once as `sessions` says. No more are tried, and all are logged out again.',
    'Admin Console > Databases > Clients: close other Data API clients; or lower `sessions` of this server.',
  ),
  layout: ofTable(
    'Layout',
    'The layout is there, and the account may see it.',
    'File > Manage > Layouts…: create it, or correct `layout`. File > Manage > Security…, the privilege set, Layouts: at least view only.',
  ),
  fields: ofTable(
    'Fields',
    'The key, the stamp and every field that is named are on the layout, of a type that can be kept the same, and none that has to be written is a calculation, a summary or a global.',
    'Put the field on the layout, or correct its name in the configuration (`rename` where this server calls it otherwise).',
  ),
  renamed: ofTable(
    'Names',
    'Only with `api: odata`, and where the sync has read the table before: its table occurrence and its fields are called as the configuration says. One that was renamed in FileMaker is synced on by its id.',
    'Write the `rename` that is named (for an occurrence its present name as `table`) under the `servers.SERVER` of the table. Nothing is read or written anew for that.',
  ),
  'layout-extra': ofTable(
    'Nothing else on the layout',
    'The layout shows nothing that is not needed: the server sends every field of it for every record.',
    'View > Layout Mode: take portals, related fields, summaries, calculations and containers off this layout.',
  ),
  rows: ofTable(
    'Records',
    'The account may see all records of the table.',
    'File > Manage > Security…, the privilege set, Records: View: yes for this table, without a calculation that limits it (unless that is meant).',
  ),
  key: ofTable(
    'Key',
    'The key is filled, and another one in each record, among up to 200 records: the first and the last. FileMaker fills it in new records.',
    'File > Manage > Database…, Fields, Options of the key: Auto-Enter: Calculated value Get ( UUID ); Validation: Always, Not empty, Unique value. Fill empty keys (Records > Replace Field Contents…) in one file, before it is copied to the others.',
  ),
  stamp: ofTable(
    'Stamp',
    'The modification stamp is filled and can be read, among the same records.',
    'File > Manage > Database…, Fields, Options of the stamp: Auto-Enter: Modification: Timestamp. Records without one are found by a sweep only.',
  ),
  'page-rate': ofTable(
    'Reading',
    'How fast a page of up to 100 records is read: the second of two, over one session.',
    'Take unstored calculations, summaries and portals off the layout; where it stays slow, describe a layout for sweeps (`sweepLayout`).',
  ),
  script: ofTable(
    'Script',
    "Where `script` of the server is set: many records are written by one request, through ServerSync's script in the file. Its test, which changes no record, has passed. With `--write-probe` a record is created, edited and deleted through it.",
    'Put the script into the file as filemaker/README.md says, or take `script` out of the configuration. Until then each record is written by a request of its own.',
  ),
  batch: ofTable(
    'Batches',
    'Only with `api: odata`: many records are written by one request (`$batch`). A batch that reads one record was answered; nothing is changed.',
    'Look whether a proxy or a firewall in front of the server lets POST requests to $batch pass. Until then each record is written by a request of its own, which is slower over a network.',
  ),
  rights: ofTable(
    'Rights',
    'The account may create, edit and delete records. Proven only with `--write-probe`, by a record that is created, edited and deleted.',
    'File > Manage > Security…, the privilege set, Records: Create, Edit, Delete: yes for this table; Field Access: modifiable.',
  ),
  'key-kept': ofTable(
    'Key is kept',
    'A key that is sent with a new record stays as it was sent. Proven only with `--write-probe`.',
    'File > Manage > Database…, Fields, Options of the key, Auto-Enter: tick "Do not replace existing value of field (if any)".',
  ),
  'stamp-moves': ofTable(
    'Stamp moves',
    'With an edit the stamp and the modification count move. Proven only with `--write-probe`.',
    'File > Manage > Database…, Fields, Options of the stamp: Auto-Enter: Modification: Timestamp, or a calculation that is made again with it ("Do not replace existing value" not ticked).',
  ),
  'stamp-zone': ofTable(
    'Who stamps',
    "The stamp of what the sync writes comes from the host's clock, in the zone of `timeZone`. Proven only with `--write-probe`; whose clock stamps what people change in FileMaker Pro is not shown by it.",
    'Set `timeZone` of this server to the zone of its host, as an IANA name such as Europe/London.',
  ),
  'write-rate': ofTable(
    'Writing',
    'How fast single edits are written, one after the other over one session. Measured only with `--write-probe`.',
    'Raise `sessions` of this server: writes go side by side. Auto-enter calculations and indexes of many fields make each slower.',
  ),
  types: between(
    'Same types',
    'Each field has one type on all servers.',
    'File > Manage > Database…: give both fields one type, or take the field out of the configuration.',
  ),
  rules: between(
    'Same rules',
    'No server refuses by not empty, numbers only, four-digit year, time of day or maximum length what another one takes: such a record would be parked.',
    'File > Manage > Database…, Fields, Options, Validation: make it the same in all files.',
  ),
  'value-lists': between(
    'Same value lists',
    'Where servers show a field with a value list, the lists hold the same values.',
    'File > Manage > Value Lists…: make them the same in all files. It matters where the field is validated by "Member of value list".',
  ),
  'same-keys': between(
    'Same keys',
    'The same record has the same key on both servers: among up to 200 records of each, the first and the last, most do not look alike by their values under different keys. Not proven where these show too little of a large table.',
    'Look at some of these records in both files. Where they are the same, do not start the sync: a first run would make each once more on the other server, and nothing halts it. Give them the same key first: docs/prepare-filemaker.md, "Two files that drifted apart".',
  ),
  skew: between(
    'Clocks',
    "No two servers' clocks differ by more than `alarms.skew`.",
    'Have the hosts set their clocks by themselves (NTP).',
  ),
  ...stackChecks,
  rest: {
    about: 'server',
    title: 'Not looked at',
    meaning:
      'Everything could be looked at. Where this line stands, it names what could not be, since something before it is wrong.',
    remedy: 'Mend that, and have it looked at again.',
    errorIn: 'configuration',
  },
} as const satisfies Readonly<Record<string, CheckMeaning>>;

/** Stable: scripts go by it. */
export type CheckId = keyof typeof checks;
