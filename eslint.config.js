export { default } from '@mm-secrets/eslint-config'
