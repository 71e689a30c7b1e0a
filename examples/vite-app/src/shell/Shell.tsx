import { useEffect, useRef, type ReactElement } from 'react'
import { NavLink, Outlet, useLocation, useNavigation } from 'react-router'
import { ThemeSwitch } from './ThemeSwitch.tsx'

const PAGES = [
  { to: '/', label: 'Overview' },
  { to: '/releases', label: 'Releases' },
  { to: '/sizes', label: 'Sizes' },
  { to: '/check', label: 'Check a file' },
] as const

export function Shell(): ReactElement {
  const { pathname } = useLocation()
  const loading = useNavigation().state !== 'idle'
  const main = useRef<HTMLElement>(null)
  const first = useRef(true)

  // A new page takes the focus, or a screen reader would stay on the link that was followed.
  useEffect(() => {
    if (first.current) first.current = false
    else main.current?.focus()
    window.scrollTo(0, 0)
  }, [pathname])

  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="top">
        <div className="bar">
          <NavLink to="/" className="brand" aria-label="Release ledger, home">
            <img src={`${import.meta.env.BASE_URL}favicon.svg`} alt="" width="28" height="28" />
            <span>Release ledger</span>
          </NavLink>
          <nav aria-label="Pages">
            {PAGES.map(({ to, label }) => (
              <NavLink key={to} to={to} end={to === '/'}>
                {label}
              </NavLink>
            ))}
          </nav>
          <ThemeSwitch />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} aria-busy={loading}>
        <Outlet />
      </main>
      <footer>
        The releases, sizes and digests of “Harbor” are sample data. Only the page “Check a file” speaks about a real
        thing: the files of this site.
      </footer>
    </>
  )
}
