// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// The workloads of workloads.h in Solidity. Money is checked, as 0.8 does by itself; the generator of
/// inputs and the counters of loops, which cannot overflow, are not.
contract Workloads {
    uint256 constant COUNT = 10000;
    mapping(uint256 => uint256) balances;

    function step(uint256 x) private pure returns (uint256) {
        unchecked { return (x * 69069 + 1) & 0xffffffff; }
    }

    function w1(uint256 count, uint256 x) external pure returns (uint256) {
        uint256[4] memory total;
        for (uint256 k = 0; k < count;) {
            x = step(x);
            uint256 energy = x >> 10;
            x = step(x);
            uint256 product = energy * (20000000 + (x >> 5));
            uint256 amount = product / 1000000;
            uint256 twice = (product % 1000000) * 2;
            if (twice > 1000000 || (twice == 1000000 && amount & 1 == 1)) amount += 1;
            uint256 first = amount * 6000 / 10000;
            uint256 second = amount * 2500 / 10000;
            uint256 third = amount * 1200 / 10000;
            total[0] += first;
            total[1] += second;
            total[2] += third;
            total[3] += amount - first - second - third;
            unchecked { k++; }
        }
        return total[0] + 3 * total[1] + 5 * total[2] + 7 * total[3];
    }

    function sift(uint256[] memory a, uint256 root, uint256 end) private pure {
        unchecked {
            uint256 held = a[root];
            while (true) {
                uint256 child = 2 * root + 1;
                if (child >= end) break;
                if (child + 1 < end && a[child] < a[child + 1]) child++;
                if (a[child] <= held) break;
                a[root] = a[child];
                root = child;
            }
            a[root] = held;
        }
    }

    function sort(uint256[] memory a) private pure {
        unchecked {
            for (uint256 start = COUNT / 2; start > 0; start--) sift(a, start - 1, COUNT);
            for (uint256 end = COUNT - 1; end > 0; end--) {
                (a[0], a[end]) = (a[end], a[0]);
                sift(a, 0, end);
            }
        }
    }

    struct Book {
        uint256[] bids;
        uint256[] asks;
        uint256[] bidLeft;
        uint256[] askLeft;
    }

    function fill(Book memory book, uint256 x) private pure returns (uint256) {
        unchecked {
            for (uint256 k = 0; k < COUNT; k++) {
                x = step(x);
                book.bids[k] = (1048575 - (x >> 12)) * 16384 + k;
                x = step(x);
                book.bidLeft[k] = 1 + (x >> 22);
                x = step(x);
                book.asks[k] = (x >> 12) * 16384 + k;
                x = step(x);
                book.askLeft[k] = 1 + (x >> 22);
            }
        }
        return x;
    }

    function clear(Book memory book) private pure returns (uint256) {
        uint256 i;
        uint256 j;
        uint256 volume;
        uint256 price;
        while (i < COUNT && j < COUNT) {
            uint256 bidPrice = 1048575 - book.bids[i] / 16384;
            uint256 askPrice = book.asks[j] / 16384;
            if (bidPrice < askPrice) break;
            uint256 b = book.bids[i] % 16384;
            uint256 a = book.asks[j] % 16384;
            uint256 traded = book.bidLeft[b] < book.askLeft[a] ? book.bidLeft[b] : book.askLeft[a];
            volume += traded;
            price = (bidPrice + askPrice) / 2;
            book.bidLeft[b] -= traded;
            book.askLeft[a] -= traded;
            if (book.bidLeft[b] == 0) i++;
            if (book.askLeft[a] == 0) j++;
        }
        return volume * price;
    }

    function w2(uint256 rounds, uint256 x) external pure returns (uint256 check) {
        Book memory book = Book(new uint256[](COUNT), new uint256[](COUNT), new uint256[](COUNT),
                                new uint256[](COUNT));
        for (uint256 round = 0; round < rounds; round++) {
            x = fill(book, x);
            sort(book.bids);
            sort(book.asks);
            check = (check + clear(book)) % 1000000007;
        }
    }

    function w3(uint256 count, uint256 x) external returns (uint256 check) {
        for (uint256 k = 0; k < 1024; k++) balances[k] = 1000000;
        for (uint256 k = 0; k < count;) {
            x = step(x);
            uint256 from = x >> 22;
            x = step(x);
            uint256 to = x >> 22;
            x = step(x);
            uint256 amount = x >> 18;
            if (balances[from] < amount) {
                check++;
            } else {
                balances[from] -= amount;
                balances[to] += amount;
            }
            unchecked { k++; }
        }
        for (uint256 k = 0; k < 1024; k++) check += balances[k] * (k + 1);
    }

    function w4(uint256 a, uint256 b) external pure returns (uint256) {
        return a * 3 + b;
    }
}
