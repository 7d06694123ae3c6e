-- The workloads of workloads.h in Lua. idiv(a, b) stands for the integer quotient: run.py writes it as
-- each machine has it, `a // b` in Lua 5.4, floor(a / b) in LuaJIT, whose numbers are doubles. No value
-- reaches 2^53, so both are exact.
local floor = math.floor

local function w1(count, x)
    local seller, network, funds, platform = 0, 0, 0, 0
    for k = 1, count do
        x = (x * 69069 + 1) % 4294967296
        local energy = idiv(x, 1024)
        x = (x * 69069 + 1) % 4294967296
        local price = 20000000 + idiv(x, 32)
        local product = energy * price
        local amount = idiv(product, 1000000)
        local twice = product % 1000000 * 2
        if twice > 1000000 or (twice == 1000000 and amount % 2 == 1) then amount = amount + 1 end
        local first, second = idiv(amount * 6000, 10000), idiv(amount * 2500, 10000)
        local third = idiv(amount * 1200, 10000)
        seller, network, funds = seller + first, network + second, funds + third
        platform = platform + (amount - first - second - third)
    end
    return seller + 3 * network + 5 * funds + 7 * platform
end

local function sift(a, root, stop)
    local held = a[root]
    while true do
        local child = 2 * root + 1
        if child >= stop then break end
        local value = a[child]
        if child + 1 < stop then
            local other = a[child + 1]
            if value < other then child, value = child + 1, other end
        end
        if value <= held then break end
        a[root], root = value, child
    end
    a[root] = held
end

local function sort(a, count)
    for root = idiv(count, 2) - 1, 0, -1 do sift(a, root, count) end
    for stop = count - 1, 1, -1 do
        a[0], a[stop] = a[stop], a[0]
        sift(a, 0, stop)
    end
end

local COUNT = 10000

local function clear(bids, asks, bid_left, ask_left)
    local i, j, volume, price = 0, 0, 0, 0
    while i < COUNT and j < COUNT do
        local bid_price, ask_price = 1048575 - idiv(bids[i], 16384), idiv(asks[j], 16384)
        if bid_price < ask_price then break end
        local b, a = bids[i] % 16384, asks[j] % 16384
        local traded = bid_left[b]
        if ask_left[a] < traded then traded = ask_left[a] end
        volume = volume + traded
        price = idiv(bid_price + ask_price, 2)
        bid_left[b] = bid_left[b] - traded
        ask_left[a] = ask_left[a] - traded
        if bid_left[b] == 0 then i = i + 1 end
        if ask_left[a] == 0 then j = j + 1 end
    end
    return volume * price
end

local function w2(rounds, x)
    local bids, asks, bid_left, ask_left = {}, {}, {}, {}
    local check = 0
    for round = 1, rounds do
        for k = 0, COUNT - 1 do
            x = (x * 69069 + 1) % 4294967296
            bids[k] = (1048575 - idiv(x, 4096)) * 16384 + k
            x = (x * 69069 + 1) % 4294967296
            bid_left[k] = 1 + idiv(x, 4194304)
            x = (x * 69069 + 1) % 4294967296
            asks[k] = idiv(x, 4096) * 16384 + k
            x = (x * 69069 + 1) % 4294967296
            ask_left[k] = 1 + idiv(x, 4194304)
        end
        sort(bids, COUNT)
        sort(asks, COUNT)
        check = (check + clear(bids, asks, bid_left, ask_left)) % 1000000007
    end
    return check
end

local function w3(count, x)
    local host_get, host_set = host_get, host_set
    for k = 0, 1023 do host_set(k, 1000000) end
    local failed = 0
    for k = 1, count do
        x = (x * 69069 + 1) % 4294967296
        local from = idiv(x, 4194304)
        x = (x * 69069 + 1) % 4294967296
        local to = idiv(x, 4194304)
        x = (x * 69069 + 1) % 4294967296
        local amount, have = idiv(x, 262144), host_get(from)
        if have < amount then
            failed = failed + 1
        else
            host_set(from, have - amount)
            host_set(to, host_get(to) + amount)
        end
    end
    local check = failed
    for k = 0, 1023 do check = check + host_get(k) * (k + 1) end
    return check
end

local function w4(a, b)
    return a * 3 + b
end

return w1, w2, w3, w4
