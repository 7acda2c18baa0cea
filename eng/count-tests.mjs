// Counts tests in the reports of three runners.
//   count-tests.mjs KIND FILE            "12 passed, 1 failed, 2 skipped" for people
//   count-tests.mjs --failed KIND FILE   the number of failed ones
//   count-tests.mjs --sum DIRECTORY      "PASSED FAILED" over all reports; the file's ending is its kind
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const readers = {
  trx(text) {
    const counters = /<Counters\b[^>]*>/.exec(text)?.[0];
    if (!counters) throw new Error('no <Counters> in the report');
    const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(counters)?.[1] ?? 0);
    const failed = count('failed') + count('error') + count('timeout') + count('aborted');
    return { passed: count('passed'), failed, skipped: count('total') - count('executed') };
  },
  vitest(text) {
    const report = JSON.parse(text);
    // A file that cannot be loaded has no tests that could fail.
    const failed = report.numFailedTests || (report.success ? 0 : 1);
    return { passed: report.numPassedTests, failed, skipped: report.numPendingTests };
  },
  playwright(text) {
    const { stats, errors } = JSON.parse(text);
    // What passes only when it is tried again has failed once too often.
    const failed = stats.unexpected + stats.flaky + (errors ?? []).length;
    return { passed: stats.expected, failed, skipped: stats.skipped };
  },
};

function count(kind, file) {
  return readers[kind](readFileSync(file, 'utf8'));
}

function sum(directory) {
  const total = { passed: 0, failed: 0 };
  for (const name of readdirSync(directory)) {
    const kind = Object.keys(readers).find((k) => name.endsWith(`.${k}`));
    if (!kind) continue;
    try {
      const { passed, failed } = count(kind, join(directory, name));
      total.passed += passed;
      total.failed += failed;
    } catch {
      // A report that cannot be read has made its stage fail, which counts.
    }
  }
  return `${total.passed} ${total.failed}`;
}

const [first, second, third] = process.argv.slice(2);
if (first === '--sum') {
  console.log(sum(second));
} else if (first === '--failed') {
  console.log(count(second, third).failed);
} else {
  const { passed, failed, skipped } = count(first, second);
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
}
