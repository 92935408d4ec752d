"""Speaking: replies sentence by sentence, short sounds, what rings, and how loud. On the thread `speak`."""
