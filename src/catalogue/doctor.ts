/** What `serversync doctor` looks at. Its words are those of the checks. */
import { checks, type CheckMeaning } from '../doctor/catalogue.ts';
import type { Family, Words } from './entry.ts';

const wordsOf = ({ title, meaning, remedy }: CheckMeaning): Words => ({
  title,
  means: `Right where this holds: ${meaning.charAt(0).toLowerCase()}${meaning.slice(1)}`,
  do: remedy,
});

export const doctor: Family = {
  heading: 'What doctor finds',
  seen: 'In `serversync doctor`, at each server, table and pair of servers, as a check that is right, doubtful or wrong.',
  prefix: 'doctor-',
  entries: Object.fromEntries(Object.entries(checks).map(([id, check]) => [id, wordsOf(check)])),
};
