// Imports go downward only: a layer may use itself and the layers before it.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const layers = ['protocol', 'connection', 'media', 'state', 'text', 'view'];
const root = new URL('../src/', import.meta.url).pathname;
let wrong = 0;

for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(ts|svelte)$/.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const from = layers.indexOf(relative(root, path).split('/')[0]);
  if (from < 0) continue;
  for (const [, target] of readFileSync(path, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
    const to = layers.indexOf(relative(root, normalize(join(dirname(path), target))).split('/')[0]);
    if (to > from) {
      console.error(`${relative(root, path)}: ${layers[from]} may not import ${layers[to]} (${target})`);
      wrong++;
    }
  }
}

if (wrong > 0) process.exit(1);
