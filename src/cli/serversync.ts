/** Runs the command line of this process, which ends with the exit code that the command or its failure has. */
import { carryOut } from './command-line.ts';
import { outliveReaders } from './output.ts';

outliveReaders();
await carryOut(process.argv.slice(2));
