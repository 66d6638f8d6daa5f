/** Why writes do not go through ServerSync's script, and what to do, in words. */
import type { ServerName } from '../core/names.ts';
import type { ApplyTrouble } from '../filemaker/http/events.ts';

/** `script`: its name, as the configuration has it for that server. */
export type ScriptTrouble = ApplyTrouble & {
  readonly script: string;
  readonly server: ServerName;
  readonly database: string;
};

type Words = (of: Omit<ScriptTrouble, 'why'>) => readonly [what: string, remedy: string];

const page = 'filemaker/README.md';

const nameOf = ({ script }: Pick<ScriptTrouble, 'script'>): string => `the script "${script}"`;
const placeOf = ({ database, server }: Pick<ScriptTrouble, 'database' | 'server'>): string =>
  `the file "${database}" on ${server}`;
const anew = `Put the script of ${page} there anew, and compare it with ServerSync.txt line by line`;

const words: Readonly<Record<ApplyTrouble['why'], Words>> = {
  'script-missing': (of) => [
    `there is no script "${of.script}" in ${placeOf(of)}, or the account may not run it`,
    `Put it there (${page}), write its name there under \`script\` of ${of.server}, or let the privilege set run it (File > Manage > Security, Scripts)`,
  ],
  'script-other-version': (of) => [
    `${nameOf(of)} in ${placeOf(of)} is of another version`,
    `Put the one of this version there (${page})`,
  ],
  'parameter-cut': (of) => [`not all of what was sent to ${nameOf(of)} in ${placeOf(of)} arrived`, anew],
  'text-changed': (of) => [
    `a text came back from ${nameOf(of)} in ${placeOf(of)} otherwise than it was sent`,
    anew,
  ],
  'other-layout': (of) => [
    `${nameOf(of)} in ${placeOf(of)} did not run on the layout that was asked for`,
    'Look whether a script of the file goes to another layout when it is opened',
  ],
  'filemaker-too-old': ({ server }) => [
    `FileMaker Server ${server} is older than 2024, whose step Execute FileMaker Data API only reads`,
    `Install FileMaker Server 2024 or later, or take \`script\` of ${server} out of the configuration`,
  ],
  'write-refused': (of) => [
    `the step Execute FileMaker Data API of ${nameOf(of)} does not write in ${placeOf(of)}`,
    anew,
  ],
  'delete-refused': (of) => [
    `the steps of a delete of ${nameOf(of)}, find and compare, do not work in ${placeOf(of)}`,
    `Look whether the layout shows the key field. ${anew}`,
  ],
  'no-result': (of) => [`${nameOf(of)} in ${placeOf(of)} gave no result that can be read`, anew],
  'no-key': ({ database, server }) => [
    `the first records of the table in the file "${database}" on ${server} have no key, and the script needs one that can be found`,
    'Give the records of this table their keys',
  ],
  'turned-away': ({ server }) => [
    `a web server in front of FileMaker on ${server} did not let the request pass`,
    'Look at the limits of the proxy for the size of a request',
  ],
};

export function scriptTrouble({ why, code, ...of }: ScriptTrouble): string {
  const [what] = words[why](of);
  return code === undefined ? what : `${what} (${code})`;
}

/** With a full stop. */
export const scriptRemedy = ({ why, ...of }: ScriptTrouble): string => `${words[why](of)[1]}.`;
