import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The built program: PARLEY_APP from the gate, else what ./parley built. */
const program = process.env['PARLEY_APP'] ?? join(import.meta.dirname, '../../../out/app/parley');

/** One `parley` process and the lines it prints; ended by id. */
export class Program {
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];
  #errors = '';

  private constructor(child: ChildProcess) {
    this.#process = child;
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      this.#lines.push(...lines);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
  }

  static start(...args: string[]): Program {
    return Program.startWith({}, ...args);
  }

  /** @param environment Added to that of the tests. */
  static startWith(environment: Readonly<Record<string, string>>, ...args: string[]): Program {
    if (!existsSync(program)) throw new Error(`${program} is not built; run ./parley --help once.`);
    return new Program(spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } }));
  }

  get processId(): number {
    return this.#process.pid ?? 0;
  }

  /** The first line that matches, within 20 s. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    const end = Date.now() + 20_000;
    while (Date.now() < end) {
      for (const line of this.#lines) {
        const found = pattern.exec(line);
        if (found) return found;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`No line ${pattern} in:\n${this.#lines.join('\n')}\n${this.#errors}`);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(timer);
  }
}
