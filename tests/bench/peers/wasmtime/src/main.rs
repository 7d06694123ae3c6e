//! peer-wasmtime FILE [fuel]: runs the workloads of workloads.c, compiled to WebAssembly, on wasmtime.
//! `fuel` meters every basic block. Storage of W3 is a hash table of the host.

use std::{env, ffi::c_long, fs, process};

use wasmtime::{Caller, Config, Engine, Linker, Module, Store};

const SEED: i32 = 42;
const CALLS: i64 = 1_000_000; // of W4
const SLOTS: u64 = 4096;

extern "C" {
    fn clock() -> c_long; // of the C library: CPU time of the process in microseconds
}

/// CPU time of this process, as the hosts in C measure it.
fn cpu_ns() -> f64 {
    // SAFETY: it takes nothing and only reads a counter.
    unsafe { clock() as f64 * 1e3 }
}

/// Open addressing, as the hosts in C have it; a key is kept plus 1, 0 is free.
struct Storage(Vec<(u64, i64)>);

impl Storage {
    fn place(&self, key: u32) -> usize {
        let wanted = u64::from(key) + 1;
        let mut at = u64::from(key).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52;
        while self.0[at as usize].0 != 0 && self.0[at as usize].0 != wanted {
            at = (at + 1) % SLOTS;
        }
        at as usize
    }
}

fn run() -> wasmtime::Result<()> {
    let arguments: Vec<String> = env::args().collect();
    let is_metered = arguments.get(2).is_some_and(|argument| argument == "fuel");
    let mut config = Config::new();
    config.consume_fuel(is_metered);
    let engine = Engine::new(&config)?;
    let module = Module::new(&engine, fs::read(&arguments[1])?)?;
    let mut store = Store::new(&engine, Storage(vec![(0, 0); SLOTS as usize]));
    let mut linker = Linker::new(&engine);
    linker.func_wrap("env", "host_get", |caller: Caller<'_, Storage>, key: u32| {
        let storage = caller.data();
        storage.0[storage.place(key)].1
    })?;
    linker.func_wrap("env", "host_set", |mut caller: Caller<'_, Storage>, key: u32, value: i64| {
        let storage = caller.data_mut();
        let at = storage.place(key);
        storage.0[at] = (u64::from(key) + 1, value);
    })?;
    let instance = linker.instantiate(&mut store, &module)?;
    if is_metered {
        store.set_fuel(u64::MAX)?;
    }
    for (name, count) in [("w1", 1_000_000_i64), ("w2", 10), ("w3", 1_000_000)] {
        let work = instance.get_typed_func::<(i64, i32), i64>(&mut store, name)?;
        let start = cpu_ns();
        let check = work.call(&mut store, (count, SEED))?;
        let ns = (cpu_ns() - start) / count as f64;
        println!("{} {ns:.3} {check}", name.to_uppercase());
    }
    let work = instance.get_typed_func::<(i64, i64), i64>(&mut store, "w4")?;
    let start = cpu_ns();
    let mut check = 0;
    for k in 0..CALLS {
        check += work.call(&mut store, (k, 7))? & 1023;
    }
    println!("W4 {:.3} {check}", (cpu_ns() - start) / CALLS as f64);
    Ok(())
}

fn main() {
    if env::args().count() < 2 {
        eprintln!("usage: peer-wasmtime FILE [fuel]");
        process::exit(2);
    }
    if let Err(error) = run() {
        eprintln!("{error:?}");
        process::exit(1);
    }
}
