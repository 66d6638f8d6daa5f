/** Certificates of servers that end: from then on nothing is sent there any more. */
import { duration } from '../words.ts';
import type { Finder, Look, Matter } from './matter.ts';

const dayMs = 86_400_000;

/** How long before its end it is told of, and told of as urgent, ms: authorities renew from 30 days before; a week takes in a holiday. */
const toldMs = { soon: 30 * dayMs, now: 7 * dayMs };

export const certificatesEnding: Finder = async (look) => {
  const found = await Promise.all(look.configuration.servers.map(({ name }) => endingOf(look, name)));
  return found.flat();
};

/** As it was shown when the clock was measured last. */
async function endingOf({ control, now, isStack }: Look, server: string): Promise<readonly Matter[]> {
  const endsAt = (await control.clock(server))?.certificateEndsAt;
  if (endsAt === undefined || endsAt - now > toldMs.soon) return [];
  const day = new Date(endsAt).toISOString().slice(0, 10);
  const left = endsAt > now ? `ends in ${duration(endsAt - now)}` : 'has ended';
  return [
    {
      kind: 'certificate',
      urgency: endsAt - now > toldMs.now ? 'soon' : 'now',
      server,
      text: `its certificate ${left} (${day}); sync stops there then`,
      first: 'Install a new one in FileMaker Server, then have it looked at:',
      next: isStack ? ['attention'] : ['run', '--once'],
    },
  ];
}
