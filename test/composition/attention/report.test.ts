import { expect, test } from 'vitest';
import type { Matter } from '../../../src/composition/attention/matter.ts';
import { dayFigures, isMonday, reportOf } from '../../../src/composition/attention/report.ts';
import { act, conflict, run } from '../../contracts/samples.ts';
import { memoryControl } from '../../support/memory/memory-ports.ts';
import { hour, now } from './looked.ts';

const parked: Matter = {
  kind: 'parked',
  urgency: 'now',
  since: now - 2 * hour,
  table: 'contacts',
  server: 'hq',
  count: 3,
  text: '3 records are parked',
  next: ['parked', 'list'],
};
const skew: Matter = {
  kind: 'skew',
  urgency: 'soon',
  server: 'hq',
  text: 'late',
  first: 'Set it.',
  next: ['status'],
};

const day = { conflicts: 1, acts: 0 };
const typed = (words: readonly string[]): string => ['serversync', ...words, '--stack', 'North'].join(' ');

test('the letter says in its subject how much waits, and lists it with the commands', () => {
  expect(reportOf({ matters: [parked, skew], day, now, title: 'ServerSync North', typed })).toEqual({
    subject: 'ServerSync North: 2 matters wait for you',
    text: [
      '2 matters wait for you. The commands are for the folder of ServerSync.',
      '',
      'Now:',
      '- contacts on hq: 3 records are parked (2 h ago)',
      '    serversync parked list --stack North',
      '',
      'Soon:',
      '- hq: late',
      '    Set it.',
      '    serversync status --stack North',
      '',
      'In the last 24 hours: 1 conflict decided or held, 0 acts of people.',
    ].join('\n'),
  });
});

test('where nothing waits the letter says that all is well', () => {
  const { subject, text } = reportOf({ matters: [], day: { ...day, written: 7 }, now, title: 'N', typed });
  expect(subject).toBe('N: all well');
  expect(text).toBe(
    'Nothing waits for you.\n\nIn the last 24 hours: 7 records written, 1 conflict decided or held, 0 acts of people.',
  );
});

test('a subject is never longer than SNS takes', () => {
  const title = 'N'.repeat(200);
  expect(reportOf({ matters: [], day, now, title, typed }).subject).toHaveLength(100);
});

test('figures are those of the last 24 hours; a stack has no runs', async () => {
  const control = memoryControl();
  for (const [id, at] of [
    ['a', now - 23 * hour],
    ['b', now - 25 * hour],
  ] as const) {
    await control.putConflicts([conflict(id, { at })]);
    await control.putAct(act(id, { at }));
    await control.putRun(run(id, { startedAt: at, endedAt: at, created: 2, updated: 3 }));
  }
  expect(await dayFigures(control, now, false)).toEqual({ conflicts: 1, acts: 1, written: 5 });
  expect(await dayFigures(control, now, true)).toEqual({ conflicts: 1, acts: 1 });
});

test('the day of the week is that of the zone', () => {
  const sundayNight = Date.UTC(2026, 10, 29, 23, 30);
  expect(isMonday(sundayNight, 'UTC')).toBe(false);
  expect(isMonday(sundayNight, 'Europe/Berlin')).toBe(true);
  expect(isMonday(sundayNight + 24 * hour, 'Europe/Berlin')).toBe(false);
});
