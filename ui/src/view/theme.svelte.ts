/** Light or dark: as the system says, or as the person chose. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const storageKey = 'parley.theme';
const prefersLight = matchMedia('(prefers-color-scheme: light)');

class ThemeChoice {
  #theme: Theme = $state(themes.find((t) => t === localStorage.getItem(storageKey)) ?? 'system');

  get theme(): Theme {
    return this.#theme;
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    localStorage.setItem(storageKey, theme);
    applyTheme();
  }
}

export const themeChoice = new ThemeChoice();

/** Puts the theme on the document and follows the system from then on. */
export function applyTheme(): void {
  const { theme } = themeChoice;
  document.documentElement.dataset['theme'] = theme === 'system' ? (prefersLight.matches ? 'light' : 'dark') : theme;
  prefersLight.onchange = applyTheme;
}
