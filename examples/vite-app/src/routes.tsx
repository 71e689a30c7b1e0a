import { createBrowserRouter } from 'react-router'
import { Shell } from './shell/Shell.tsx'
import { Failure } from './shell/Failure.tsx'
import { NotFound } from './shell/NotFound.tsx'

// Every page is its own chunk, loaded when it is visited.
export const router: ReturnType<typeof createBrowserRouter> = createBrowserRouter(
  [
    {
      path: '/',
      element: <Shell />,
      errorElement: <Failure />,
      hydrateFallbackElement: <p className="loading">Loading…</p>,
      children: [
        {
          index: true,
          lazy: async () => ({
            Component: (await import('./ledger/OverviewPage.tsx')).OverviewPage,
          }),
        },
        {
          path: 'releases',
          lazy: async () => ({
            Component: (await import('./ledger/ReleasesPage.tsx')).ReleasesPage,
          }),
        },
        {
          path: 'releases/:version',
          lazy: async () => ({ Component: (await import('./ledger/ReleasePage.tsx')).ReleasePage }),
        },
        {
          path: 'sizes',
          lazy: async () => ({ Component: (await import('./sizes/SizesPage.tsx')).SizesPage }),
        },
        {
          path: 'check',
          lazy: async () => ({ Component: (await import('./check/CheckPage.tsx')).CheckPage }),
        },
        { path: '*', element: <NotFound /> },
      ],
    },
  ],
  { basename: import.meta.env.BASE_URL },
)
