/** Writes the script as text and as XML for the clipboard: `npm run script`. A test compares them. */
import { writeFileSync } from 'node:fs';
import { scriptName, steps } from './script.ts';
import { scriptXml, stepsXml, textOf } from './steps.ts';

export const written: Readonly<Record<string, string>> = {
  'ServerSync.txt': textOf(steps),
  'ServerSync.xml': scriptXml(scriptName, steps),
  'ServerSync-steps.xml': stepsXml(steps),
};

if (import.meta.main)
  for (const [name, content] of Object.entries(written))
    writeFileSync(new URL(`../${name}`, import.meta.url), content);
