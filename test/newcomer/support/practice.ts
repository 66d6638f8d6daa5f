/** What somebody writes who follows the README with two practice servers. */
import { z } from 'zod';
import { practiceAccount } from '../../../src/simulator/practice.ts';

export const practiceAccounts = Object.fromEntries(
  ['HQ', 'BRANCH'].flatMap((server) => [
    [`SERVERSYNC_${server}_USERNAME`, practiceAccount.name],
    [`SERVERSYNC_${server}_PASSWORD`, practiceAccount.password],
  ]),
);

/** Addresses of the two servers. */
export const contactsConfiguration = ({ hq, branch }: { readonly hq: string; readonly branch: string }) => `
version: 1
servers:
  hq: { url: '${hq}', database: Main, timeZone: UTC }
  branch: { url: '${branch}', database: Main, timeZone: UTC }
tables:
  contacts:
    key: id
    modified: modified_at
    fields: [name, email, phone]
    servers:
      hq: { layout: Contacts_Sync }
      branch: { layout: Contacts_Sync }
`;

type Values = Readonly<Record<string, string>>;
const records = z.array(z.object({ recordId: z.number(), values: z.record(z.string(), z.string()) }));

/** What a practice server holds, by its key. */
export async function contactsAt(url: string): Promise<ReadonlyMap<string, z.infer<typeof records>[number]>> {
  const answer = await fetch(`${url}/simulator/records?table=Contacts`);
  return new Map(records.parse(await answer.json()).map((one) => [one.values['id'] ?? '', one]));
}

/** As a user at that server would. */
export const createContact = (url: string, values: Values): Promise<void> =>
  tell(url, 'records/create', { values });

export async function changeContact(url: string, key: string, values: Values): Promise<void> {
  await tell(url, 'records/update', { recordId: (await contactsAt(url)).get(key)?.recordId, values });
}

async function tell(url: string, what: string, of: object): Promise<void> {
  const body = JSON.stringify({ table: 'Contacts', ...of });
  const answer = await fetch(`${url}/simulator/${what}`, { method: 'POST', body });
  if (!answer.ok) throw new Error(await answer.text());
}
