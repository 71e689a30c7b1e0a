export type Theme = 'light' | 'dark' | 'system'

const KEY = 'ledger-theme'

/** The theme chosen earlier on this device; the system's own where nothing was chosen or storage is closed to us. */
export function savedTheme(): Theme {
  try {
    const value = localStorage.getItem(KEY)
    return value === 'light' || value === 'dark' ? value : 'system'
  } catch {
    return 'system'
  }
}

export function saveTheme(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, theme)
  } catch {
    // Private windows may forbid storage: the choice then lasts until the page is closed.
  }
}

/** `system` removes the attribute, so that the style sheet follows `prefers-color-scheme`. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}
