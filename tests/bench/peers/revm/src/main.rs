//! peer-revm FILE: runs the workloads of workloads.sol, as compile_sol.js wrote them, on revm with its
//! state in memory. Gas is metered with limits out of reach; arithmetic is checked by the contract.

use std::{env, ffi::c_long, fs, process};

use revm::{
    bytecode::Bytecode,
    context::{Context, TxEnv},
    database::{CacheDB, EmptyDB},
    primitives::{hardfork::SpecId, Address, Bytes, TxKind, U256},
    state::AccountInfo,
    ExecuteEvm, MainBuilder, MainContext,
};

const SEED: u64 = 42;
const CALLS: u64 = 1_000_000; // of W4

extern "C" {
    fn clock() -> c_long; // of the C library: CPU time of the process in microseconds
}

/// CPU time of this process, as the hosts in C measure it.
fn cpu_ns() -> f64 {
    // SAFETY: it takes nothing and only reads a counter.
    unsafe { clock() as f64 * 1e3 }
}

/// The code and the selectors of w1 to w4.
fn read(path: &str) -> (Vec<u8>, Vec<Vec<u8>>) {
    let text = fs::read_to_string(path).expect("the compiled contract");
    let mut lines = text.lines();
    let code = hex(lines.next().expect("code"));
    let mut selectors: Vec<(String, Vec<u8>)> = lines
        .map(|line| line.split_once(' ').expect("selector and signature"))
        .map(|(selector, signature)| (signature.to_string(), hex(selector)))
        .collect();
    selectors.sort();
    (code, selectors.into_iter().map(|(_, selector)| selector).collect())
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("hex digits"))
        .collect()
}

fn arguments(selector: &[u8], a: u64, b: u64) -> Bytes {
    let mut data = selector.to_vec();
    for number in [a, b] {
        data.extend_from_slice(&U256::from(number).to_be_bytes::<32>());
    }
    data.into()
}

fn main() {
    let Some(path) = env::args().nth(1) else {
        eprintln!("usage: peer-revm FILE");
        process::exit(2);
    };
    let (code, selectors) = read(&path);
    let (caller, contract) = (Address::repeat_byte(0x11), Address::repeat_byte(0x22));
    let mut state = CacheDB::<EmptyDB>::default();
    let code = Bytecode::new_raw(code.into());
    state.insert_account_info(contract, AccountInfo { code: Some(code), ..Default::default() });
    let mut evm = Context::mainnet()
        .with_db(state)
        .modify_cfg_chained(|cfg| {
            cfg.set_spec_and_mainnet_gas_params(SpecId::CANCUN);
            cfg.disable_nonce_check = true;
            cfg.tx_gas_limit_cap = Some(u64::MAX);
        })
        .modify_block_chained(|block| block.gas_limit = u64::MAX)
        .build_mainnet();
    let mut call = |workload: usize, a: u64, b: u64| -> u64 {
        let tx = TxEnv::builder()
            .caller(caller)
            .kind(TxKind::Call(contract))
            .data(arguments(&selectors[workload - 1], a, b))
            .gas_limit(u64::MAX)
            .gas_price(0)
            .build()
            .expect("a transaction");
        let result = evm.transact_one(tx).expect("an execution");
        assert!(result.is_success(), "W{workload} failed: {result:?}");
        let output = result.into_output().expect("a result");
        u64::try_from(U256::from_be_slice(&output)).expect("64 bits")
    };
    for (workload, count) in [(1, 1_000_000), (2, 10), (3, 1_000_000)] {
        let start = cpu_ns();
        let check = call(workload, count, SEED);
        let ns = (cpu_ns() - start) / count as f64;
        println!("W{workload} {ns:.3} {check}");
    }
    let start = cpu_ns();
    let check: u64 = (0..CALLS).map(|k| call(4, k, 7) & 1023).sum();
    println!("W4 {:.3} {check}", (cpu_ns() - start) / CALLS as f64);
}
