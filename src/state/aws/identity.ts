/**
 * Whose the tables are, which format they have, and which servers and tables they are about. Asked before anything else is
 * read or written: heads and replicas name records by a server's own row ids, and held against other files than those they
 * came from they would have wrong records written.
 */
import { asNumber, asText, numberOf, textOf } from './attributes.ts';
import { isAbsent, numberIs } from './conditions.ts';
import type { Documents } from './documents.ts';
import { AwsStateError } from './state-error.ts';
import { attributesOf, type Item, type Table } from './table.ts';
import { upgrade } from './upgrade.ts';

/** Such as `server hq` and its address. */
export type Identity = Readonly<Record<string, string>>;

/** Counts up with each change of the format that older programs cannot read. Data of the version before is read, and brought up by whoever binds next. */
export const formatVersion = 2;

const oldestReadable = 1;

const ownKey = { pk: 'installation', sk: 'own' };
const factPartition = 'fact';

export type Binding = { readonly installation: string; readonly identity: Identity };

/** Throws AwsStateError where the tables are another's, of another format, or about other servers. Writes nothing. */
export async function checkBinding(table: Table, { installation, identity }: Binding): Promise<void> {
  const own = await table.get(ownKey);
  if (own !== undefined) checkOwn(table, own, installation);
  if (own !== undefined && numberOf(own, 'format') < formatVersion) throw notUpgraded(table);
  await checkFacts(table, identity);
}

/** The same, but brings up what an earlier format stored, and stores what is new. */
export async function bindTo(documents: Documents, { installation, identity }: Binding): Promise<void> {
  const { table } = documents;
  const before = await table.get(ownKey);
  if (before !== undefined) checkOwn(table, before, installation);
  const known = await checkFacts(table, identity);
  if (before === undefined) await claim(table, installation);
  else if (numberOf(before, 'format') < formatVersion) await raise(documents, before);
  const fresh = Object.entries(identity).filter(([name]) => !known.has(name));
  await table.putAll(
    fresh.map(([name, value]) => ({ ...attributesOf(factKey(name)), value: asText(value) })),
  );
}

const factKey = (name: string) => ({ pk: factPartition, sk: `fact ${name}` });

async function claim(table: Table, installation: string): Promise<void> {
  const item = {
    ...attributesOf(ownKey),
    installation: asText(installation),
    format: asNumber(formatVersion),
  };
  if (await table.put(item, isAbsent)) return;
  const other = await table.get(ownKey);
  if (other !== undefined) checkOwn(table, other, installation);
}

async function raise(documents: Documents, before: Item): Promise<void> {
  const { table } = documents;
  await upgrade(documents, numberOf(before, 'format'));
  const item = { ...before, format: asNumber(formatVersion) };
  await table.put(item, numberIs('format', numberOf(before, 'format')));
}

const notUpgraded = (table: Table): AwsStateError =>
  new AwsStateError(
    'state-older',
    `table ${table.name}`,
    'it was written by an earlier version of serversync',
    'Deploy this version with cdk deploy, and store the accounts if that is not done: its functions bring the table up to date',
  );

function checkOwn(table: Table, own: Item, installation: string): void {
  const stored = textOf(own, 'installation');
  const format = numberOf(own, 'format');
  const place = `table ${table.name}`;
  if (stored !== installation) {
    const found = `it belongs to the installation ${stored}, not to ${installation}`;
    throw new AwsStateError('state-other-installation', place, found, otherInstallation);
  }
  if (format > formatVersion) {
    const found = `its format is version ${format}, and this program knows ${formatVersion}`;
    throw new AwsStateError('state-newer', place, found, 'Deploy a newer serversync');
  }
  if (format < oldestReadable) {
    const found = `its format is version ${format}, and this program reads from ${oldestReadable} on`;
    throw new AwsStateError(
      'state-older',
      place,
      found,
      'Deploy the release in between first, then this one',
    );
  }
}

const otherInstallation =
  'Give each installation tables of its own: deploy under the name that they belong to, or let cdk deploy make new ones';

/** Names of the facts that are stored. */
async function checkFacts(table: Table, identity: Identity): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for await (const item of table.query(factPartition)) {
    const name = textOf(item, 'sk').slice('fact '.length);
    const value = textOf(item, 'value');
    const given = Object.hasOwn(identity, name) ? identity[name] : undefined;
    if (given !== value) throw otherServers(table, name, value, given);
    known.add(name);
  }
  return known;
}

function otherServers(table: Table, name: string, stored: string, given: string | undefined): AwsStateError {
  const now = given === undefined ? 'the configuration no longer has it' : `the configuration says ${given}`;
  const found = `this state is about other servers or tables: ${name} was ${stored}, and ${now}`;
  const remedy =
    'Put the configuration back and deploy it, or deploy under another name (-c stack=NAME) to start anew: all records are ' +
    'compared again, and values that were kept stay in the old tables';
  return new AwsStateError('state-other-servers', `table ${table.name}`, found, remedy);
}
