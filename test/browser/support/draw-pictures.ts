/** Draws the pictures of docs/console.md, of made-up offices: `node test/browser/support/draw-pictures.ts`. */
import { writeFile } from 'node:fs/promises';
import { default as png } from 'upng-js';
import { openFixture } from './fixture.ts';
import { launched, openPage, type Scheme, show } from './seen-page.ts';

const pictures: readonly {
  readonly name: string;
  readonly hash: string;
  readonly scheme: Scheme;
  readonly says: string;
  readonly height: number;
  /** The heading at whose card the picture begins; absent: the top of the page. */
  readonly from?: string;
}[] = [
  { name: 'console-overview', hash: '#/', scheme: 'light', says: 'Records written', height: 900 },
  {
    name: 'console-servers',
    hash: '#/',
    scheme: 'light',
    says: 'Records written',
    height: 590,
    from: 'servers',
  },
  {
    name: 'console-conflict',
    hash: '#/conflicts/8c1d2e4f',
    scheme: 'dark',
    says: 'Before both',
    height: 610,
  },
];

/** A third of the size, and nothing to see of it: they are carried in the package. */
function inFewColors(picture: Uint8Array<ArrayBuffer>): Uint8Array {
  const decoded = png.decode(picture.buffer);
  return new Uint8Array(png.encode(png.toRGBA8(decoded), decoded.width, decoded.height, 256));
}

const [browser, fixture] = await Promise.all([launched(), openFixture()]);
for (const { name, hash, scheme, says, height, from } of pictures) {
  const { page, close } = await openPage(browser, fixture.console.address, { scheme });
  await page.setViewportSize({ width: 1200, height });
  await show(page, hash);
  await page.getByText(says).first().waitFor();
  if (from !== undefined)
    await page.evaluate(`document.getElementById('${from}').closest('section').scrollIntoView()`);
  const picture = await page.screenshot({
    // Of the middle of a page the menu beside it shows nothing.
    ...(from !== undefined && { clip: { x: 222, y: 0, width: 966, height } }),
  });
  const file = new URL(`../../../docs/pictures/${name}.png`, import.meta.url);
  await writeFile(file, inFewColors(Uint8Array.from(picture)));
  await close();
}
await fixture.console.close();
await browser.close();
