import type { Browser } from '@playwright/test';

/** Draws people in front of rooms, so that the screenshots look like a meeting and not like a test card. */
export async function drawPeople(browser: Browser, count: number): Promise<Buffer[]> {
  const page = await browser.newPage();
  const urls = await page.evaluate((n) => {
    const random = (seed: number) => {
      let s = seed * 7919 + 13;
      return () => (s = (s * 16_807) % 2_147_483_647) / 2_147_483_647;
    };
    const pick = <T>(list: readonly T[], r: number): T => list[Math.floor(r * list.length)] as T;
    return Array.from({ length: n }, (_, i) => {
      const r = random(i + 3);
      const canvas = document.createElement('canvas');
      canvas.width = 640;
      canvas.height = 360;
      const c = canvas.getContext('2d') as CanvasRenderingContext2D;
      const hue = Math.floor((i * 137 + 20) % 360);
      const wall = c.createLinearGradient(0, 0, 640, 360);
      wall.addColorStop(0, `hsl(${hue} 16% ${58 + r() * 14}%)`);
      wall.addColorStop(1, `hsl(${hue + 25} 20% ${30 + r() * 12}%)`);
      c.fillStyle = wall;
      c.fillRect(0, 0, 640, 360);
      c.filter = 'blur(5px)';
      if (i % 2 === 0) {
        for (let s = 0; s < 3; s++) {
          c.fillStyle = `hsl(${hue + 190} 14% 24%)`;
          c.fillRect(30, 70 + s * 84, 170, 7);
          for (let b = 0; b < 8; b++) {
            c.fillStyle = `hsl(${r() * 360} 34% ${38 + r() * 24}%)`;
            const h = 34 + r() * 26;
            c.fillRect(36 + b * 20, 70 + s * 84 - h, 15, h);
          }
        }
      } else {
        c.fillStyle = 'hsl(205 45% 84%)';
        c.fillRect(430, 30, 160, 180);
        c.fillStyle = 'rgb(255 255 255 / 60%)';
        c.fillRect(506, 30, 8, 180);
        c.fillRect(430, 116, 160, 8);
      }
      c.filter = 'blur(0.8px)';
      const x = 320 + (r() - 0.5) * 60;
      const skin = pick(['#f0c8a8', '#d9a27a', '#8d5a3b', '#5f3a26', '#e8b594', '#b67a52'], r());
      const hair = pick(['#2a1c14', '#4b3020', '#151515', '#8a5a2b', '#b9a58a'], r());
      const shirt = `hsl(${Math.floor(r() * 360)} 34% ${30 + r() * 30}%)`;
      c.fillStyle = shirt;
      c.beginPath();
      c.ellipse(x, 400, 176, 132, 0, Math.PI, 0);
      c.fill();
      c.fillStyle = skin;
      c.fillRect(x - 28, 222, 56, 62);
      if (i % 3 === 1) {
        c.fillStyle = hair;
        c.beginPath();
        c.ellipse(x, 185, 86, 118, 0, 0, Math.PI * 2);
        c.fill();
      }
      c.fillStyle = skin;
      c.beginPath();
      c.ellipse(x, 172, 65, 84, 0, 0, Math.PI * 2);
      c.fill();
      c.fillStyle = hair;
      c.beginPath();
      c.ellipse(x, 118, 70, 46, 0, Math.PI, 0);
      c.fill();
      c.beginPath();
      c.ellipse(x - (i % 2 === 0 ? 14 : -14), 118, 58, 20, 0, 0, Math.PI * 2);
      c.fill();
      c.fillStyle = 'rgb(30 20 18)';
      for (const side of [-24, 24]) {
        c.beginPath();
        c.ellipse(x + side, 170, 5.5, 4.5, 0, 0, Math.PI * 2);
        c.fill();
        c.fillRect(x + side - 12, 152, 24, 4);
      }
      c.strokeStyle = 'rgb(120 50 45)';
      c.lineWidth = 4;
      c.beginPath();
      c.arc(x, 200, 22, 0.25, Math.PI - 0.25);
      c.stroke();
      c.strokeStyle = 'rgb(0 0 0 / 14%)';
      c.beginPath();
      c.moveTo(x, 172);
      c.quadraticCurveTo(x + 9, 192, x - 2, 196);
      c.stroke();
      return canvas.toDataURL('image/jpeg', 0.8);
    });
  }, count);
  await page.close();
  return urls.map((url) => Buffer.from(url.split(',')[1] ?? '', 'base64'));
}
