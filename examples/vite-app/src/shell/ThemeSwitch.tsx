import { Monitor, Moon, Sun } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { applyTheme, savedTheme, saveTheme, type Theme } from './theme.ts'

const THEMES = [
  { theme: 'system', label: 'Theme of the system', Icon: Monitor },
  { theme: 'light', label: 'Light theme', Icon: Sun },
  { theme: 'dark', label: 'Dark theme', Icon: Moon },
] as const

export function ThemeSwitch(): ReactElement {
  const [chosen, setChosen] = useState<Theme>(savedTheme)
  function choose(theme: Theme): void {
    setChosen(theme)
    saveTheme(theme)
    applyTheme(theme)
  }
  return (
    <div className="themes" role="group" aria-label="Theme">
      {THEMES.map(({ theme, label, Icon }) => (
        <button
          key={theme}
          type="button"
          aria-label={label}
          title={label}
          aria-pressed={chosen === theme}
          onClick={() => choose(theme)}
        >
          <Icon size={16} aria-hidden />
        </button>
      ))}
    </div>
  )
}
