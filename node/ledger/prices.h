/* What the ledger charges around the machine, in gas (about 1 ns each). The machine's own prices
 * are in vm/isa/gas.def; these belong to the protocol number of the parameters. */
#ifndef WC_NODE_LEDGER_PRICES_H
#define WC_NODE_LEDGER_PRICES_H

#define WC_PRICE_TX        10000u /* nonce, receipt, roots */
#define WC_PRICE_SIGNATURE 43000u /* one ed25519 verification, measured */
#define WC_PRICE_CALL      1000u
#define WC_PRICE_BYTE      8u    /* of the raw transaction: decode, hash, store */
#define WC_PRICE_VERIFY    100u  /* byte of a deployed module: decode, verify, translate */
#define WC_PRICE_PIECE     500u  /* of a batch: hash it, check it, pass it on */
#define WC_PRICE_NATIVE    2000u /* a native call, beside the keys it touches */

/* Longest worst case of a view, so that nobody's call is made impossible by what it reads. */
#define WC_VIEW_GAS_MAX 10000000u

#endif
