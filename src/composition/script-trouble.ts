/** Why writes do not go through ServerSync's script, in words. */
import type { ApplyTrouble } from '../filemaker/data-api/apply-state.ts';

const words: Readonly<Record<ApplyTrouble['why'], string>> = {
  'script-missing': 'there is no script of that name in the file, or the account may not run it',
  'script-other-version': 'the script is of another version',
  'parameter-cut': 'not all of what was sent to the script arrived',
  'text-changed': 'a text came back from the script otherwise than it was sent',
  'other-layout': 'the script did not run on the layout that was asked for',
  'filemaker-too-old':
    'FileMaker Server is older than 2024, whose step Execute FileMaker Data API only reads',
  'write-refused': 'the step Execute FileMaker Data API does not write there',
  'delete-refused': 'the steps of a delete, find and compare, do not work there',
  'no-result': 'the script gave no result that can be read',
  'no-key': 'the first records of the table have no key, and the script needs one that can be found',
  'turned-away': 'a web server in front of FileMaker did not let the request pass',
};

export const scriptTrouble = ({ why, code }: ApplyTrouble): string =>
  code === undefined ? words[why] : `${words[why]} (${code})`;
