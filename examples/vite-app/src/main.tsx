import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router/dom'
import { router } from './routes.tsx'
import { applyTheme, savedTheme } from './shell/theme.ts'
import './styles/tokens.css'
import './styles/layout.css'
import './styles/parts.css'
import './styles/controls.css'

applyTheme(savedTheme())

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root"')
createRoot(root).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
)
