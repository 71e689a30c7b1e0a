// The transparency log, version 2: hashedrekord entries, signed checkpoints, and tiles from which anyone can build a proof. After
// sigstore/rekor-tiles and, for what is read, C2SP's tlog-tiles, tlog-checkpoint and signed-note. It knows no time: that is the
// timestamp authority's business. The tree and the checking of signatures are those of ../rekor.
export { makeTileLog, TILE_LOG_NAME, type TileLog } from './log.ts'
export { rekor2Service } from './service.ts'
