/** What the order needs to know of a person. */
export interface Placed {
  readonly id: string;
  readonly isMe: boolean;
}

/**
 * The order of the tiles: people stay where they are. Only when the one who speaks is not to be seen do they change places,
 * with whoever of those on the screen has been silent for longest.
 */
export class TileOrder {
  #ids: string[] = [];
  /** When each one spoke, as a count of changes; who never did is not in it. */
  readonly #spokeAt = new Map<string, number>();
  #speeches = 0;
  #speaker: string | null = null;
  #page = 0;
  /** Who spoke when the person turned the page: whoever looks elsewhere wants to see others. */
  #turnedFrom: string | null = null;

  /**
   * @param people Everyone, in the order in which they came.
   * @param speaker Who speaks now; null for nobody.
   * @param page The page that is looked at.
   * @param visible Who is on the screen, given the people in the order so far.
   * @returns The people in their order.
   */
  arrange<T extends Placed>(people: readonly T[], speaker: string | null, page: number, visible: (ordered: readonly T[]) => readonly T[]): T[] {
    const byId = new Map(people.map((p) => [p.id, p]));
    this.#ids = this.#ids.filter((id) => byId.has(id));
    for (const { id } of people) if (!this.#ids.includes(id)) this.#ids.push(id);
    for (const id of this.#spokeAt.keys()) if (!byId.has(id)) this.#spokeAt.delete(id);

    const ordered = this.#ids.flatMap((id) => byId.get(id) ?? []);
    if (speaker !== this.#speaker && speaker !== null) this.#spokeAt.set(speaker, ++this.#speeches);
    if (speaker !== this.#speaker) this.#turnedFrom = null;
    if (page !== this.#page) this.#turnedFrom = speaker;
    this.#speaker = speaker;
    this.#page = page;
    const who = speaker === null ? undefined : byId.get(speaker);
    if (who === undefined || who.isMe || speaker === this.#turnedFrom) return ordered;

    const shown = visible(ordered);
    if (shown.length === 0 || shown.some((p) => p.id === who.id)) return ordered;
    const silent = shown.filter((p) => !p.isMe).reduce<T | undefined>((a, b) => (a === undefined || this.#spoke(b) < this.#spoke(a) ? b : a), undefined);
    if (silent === undefined) return ordered;
    this.#swap(who.id, silent.id);
    return this.#ids.flatMap((id) => byId.get(id) ?? []);
  }

  #spoke(person: Placed): number {
    return this.#spokeAt.get(person.id) ?? 0;
  }

  #swap(a: string, b: string): void {
    const [i, j] = [this.#ids.indexOf(a), this.#ids.indexOf(b)];
    this.#ids[i] = b;
    this.#ids[j] = a;
  }
}
