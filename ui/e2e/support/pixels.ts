import type { Locator, Page } from '@playwright/test';
import type { Colour } from './media.ts';

const tolerance = 40;

/** What share of the visible pixels of a page, or of one thing on it, is near each colour. */
export async function sharesOf(seen: Page | Locator, colours: readonly Colour[]): Promise<number[]> {
  const picture = (await seen.screenshot()).toString('base64');
  const page = 'page' in seen ? seen.page() : seen;
  return page.evaluate(
    async ([base64, wanted, near]) => {
      const image = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      if (context === null) throw new Error('No canvas.');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      const counts = wanted.map(() => 0);
      for (let i = 0; i < data.length; i += 4) {
        wanted.forEach(({ r, g, b }, n) => {
          if (Math.abs((data[i] ?? 0) - r) < near && Math.abs((data[i + 1] ?? 0) - g) < near && Math.abs((data[i + 2] ?? 0) - b) < near) counts[n] = (counts[n] ?? 0) + 1;
        });
      }
      return counts.map((count) => (count * 4) / data.length);
    },
    [picture, colours, tolerance] as const,
  );
}
